using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

/// <summary>
/// Builds a network on seeded weights, runs it on the seeded inputs and compares every output with the golden vector.
/// </summary>
internal static class GoldenRun
{
    public static WeightSet WeightsOf(GoldenVector golden, string name) => new(
        name,
        golden.Weights().Select(w => KeyValuePair.Create(w.Key, new WeightTensor(w.Value.Shape, w.Value.Values))));

    /// <param name="name">Name of the vector in <c>golden/lcnet</c>.</param>
    /// <param name="build">Adds the network and names its outputs as the vector does.</param>
    /// <param name="relative">Tolerance as a share of the output's largest magnitude.</param>
    /// <param name="any">Whether the graph's input keeps height and width open.</param>
    /// <param name="unused">Trainable elements of the file that the network leaves aside.</param>
    public static void Check(
        string name, Action<GraphBuilder, GraphTensor, WeightScope> build, double relative = 1e-5, bool any = true, long unused = 0)
    {
        var golden = GoldenVector.Load("lcnet", name);
        var weights = WeightScope.Of(WeightsOf(golden, name));
        var graph = new GraphBuilder(name);
        var shape = golden.Inputs["x"];
        build(graph, (any ? NetworkInput.Any : new NetworkInput(shape[2], shape[3], shape[0])).AddTo(graph), weights);
        weights.ThrowIfUnfit();
        Assert.Equal(golden.Root.GetProperty("params").GetProperty("trainable").GetInt64() - unused, weights.Parameters);

        using var model = OnnxModel.Load(graph.ToBytes(), name);
        var compared = 0;
        foreach (var (inputName, inputShape) in golden.Inputs)
        {
            using var input = InputTensor.Rent([.. inputShape.Select(d => (long)d)]);
            SeededTensor.Input(inputShape).CopyTo(input.Values);
            using var outputs = model.Run(input, TestContext.Current.CancellationToken);
            for (var i = 0; i < outputs.Count; i++)
            {
                var key = outputs.Name(i) + inputName[1..];
                if (golden.Outputs.TryGetValue(key, out var expected))
                {
                    Assert.Equal(expected.Shape, outputs.Shape(i).Select(d => (int)d));
                    expected.AssertMatches($"{name}/{key}", outputs.Floats(i), relative);
                    compared++;
                }
            }
        }

        Assert.Equal(golden.Outputs.Count, compared);
    }
}
