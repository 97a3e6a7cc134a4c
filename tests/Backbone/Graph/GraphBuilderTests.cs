using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Graph;

public class GraphBuilderTests
{
    [Fact]
    public void One_backbone_carries_several_heads_with_named_outputs()
    {
        var weights = WeightScope.Random();
        var graph = new GraphBuilder("two heads");
        var features = graph.PPLCNet(NetworkInput.Any.AddTo(graph), weights.Sub("backbone"), new PPLCNetSpec { Scale = 0.25 });
        graph.Output(graph.Classifier(features.Stride32, weights.Sub("classes"), new ClassifierSpec { Classes = 7 }), "logits");
        graph.Output(graph.Embedding(features.Stride32, weights, 16), "embedding");
        graph.Output(features.Stride8, "map");
        using var model = OnnxModel.Load(graph.ToBytes(), "two heads");
        Assert.Equal(["logits", "embedding", "map"], model.Outputs.Select(o => o.Name));
        using var input = InputTensor.Rent(2, 3, 64, 96);
        SeededTensor.Input([2, 3, 64, 96]).CopyTo(input.Values);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        Assert.Equal([2, 7], outputs.Shape(0));
        Assert.Equal([2, 16], outputs.Shape(1));
        Assert.Equal([2, 32, 8, 12], outputs.Shape(2));
    }

    [Fact]
    public void What_no_output_needs_is_not_written()
    {
        var weights = WeightScope.Random();
        var graph = new GraphBuilder("part");
        var features = graph.PPLCNet(NetworkInput.Any.AddTo(graph), weights, new PPLCNetSpec { Scale = 0.25 });
        graph.Output(features.Stride4, "map");
        Assert.DoesNotContain(graph.ToModel().Graph.Initializer, i => i.Name.StartsWith("blocks4", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_is_given_once()
    {
        var graph = new GraphBuilder("names");
        var x = graph.Input("x", 1, 2);
        Assert.Throws<ArgumentException>(() => graph.Input("x", 1));
        Assert.Throws<ArgumentException>(() => graph.Output(x, "x"));
        Assert.Throws<InvalidOperationException>(() => graph.ToBytes());
    }

    [Fact]
    public void One_tensor_may_leave_under_two_names_and_an_input_as_it_came()
    {
        var graph = new GraphBuilder("names");
        var x = graph.Input("x", 1, 3);
        var y = graph.Activate(x, Activation.Relu);
        graph.Output(y, "a");
        graph.Output(y, "b");
        graph.Output(x, "c");
        var outputs = Run(graph, [1, 3], [-1, 0.5f, 2]);
        Assert.Equal([0, 0.5f, 2], outputs[0]);
        Assert.Equal([0, 0.5f, 2], outputs[1]);
        Assert.Equal([-1, 0.5f, 2], outputs[2]);
    }

    public static TheoryData<Activation, Func<double, double>> Activations => new()
    {
        { Activation.None, x => x },
        { Activation.Relu, x => Math.Max(0, x) },
        { Activation.Relu6, x => Math.Clamp(x, 0, 6) },
        { Activation.HardSwish, x => x * Math.Clamp(x + 3, 0, 6) / 6 },
        { Activation.HardSigmoid, x => Math.Clamp(x + 3, 0, 6) / 6 },
        { Activation.HardSigmoidFifth, x => Math.Clamp((0.2 * x) + 0.5, 0, 1) },
        { Activation.Sigmoid, x => 1 / (1 + Math.Exp(-x)) },
        { Activation.Swish, x => x / (1 + Math.Exp(-x)) },
        { Activation.LeakyRelu, x => x > 0 ? x : 0.01 * x },
    };

    [Theory]
    [MemberData(nameof(Activations), DisableDiscoveryEnumeration = true)]
    public void Activations_are_what_they_say(Activation activation, Func<double, double> expected)
    {
        var graph = new GraphBuilder("activation");
        graph.Output(graph.Activate(graph.Input("x", 1, 200), activation), "y");
        var values = SeededTensor.Uniform("activation", [1, 200], -8, 8);
        var got = Run(graph, [1, 200], values)[0];
        for (var i = 0; i < got.Length; i++)
        {
            Assert.Equal(expected(values[i]), got[i], 2e-6 * Math.Max(1, Math.Abs(values[i])));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bilinear_resizing_follows_the_other_tensor_whether_its_size_is_known_or_not(bool known)
    {
        var graph = new GraphBuilder("resize");
        var x = graph.Input("x", known ? [1, 1, 4, 4] : [-1, 1, -1, -1]);
        var pooled = graph.AveragePool(x, 2, 2);
        graph.Output(graph.ResizeLike(pooled, x, ResizeMode.Bilinear), "half");
        graph.Output(graph.ResizeLike(pooled, x, ResizeMode.BilinearAlignCorners), "corners");
        graph.Output(graph.Upsample(pooled, 2), "nearest");
        float[] plane = [0, 0, 4, 4, 0, 0, 4, 4, 8, 8, 12, 12, 8, 8, 12, 12];
        var outputs = Run(graph, [1, 1, 4, 4], plane);

        // The pooled plane is [[0, 4], [8, 12]]; the first rows by hand.
        Assert.Equal([0, 1, 3, 4], outputs[0][..4]);
        Assert.Equal([0, 4f / 3, 8f / 3, 4], outputs[1][..4].Select(v => MathF.Round(v, 5)), (a, b) => Math.Abs(a - b) < 1e-4f);
        Assert.Equal(plane, outputs[2]);
    }

    [Fact]
    public void A_transposed_convolution_spreads_each_cell_and_folds_its_norm()
    {
        var set = new WeightSet("deconv", new Dictionary<string, WeightTensor>
        {
            ["up.weight"] = new([2, 1, 2, 2], [1, 2, 3, 4, 10, 20, 30, 40]),
            ["up.bias"] = new([1], [0.5f]),
            ["bn.weight"] = new([1], [2]),
            ["bn.bias"] = new([1], [1]),
            ["bn._mean"] = new([1], [3]),
            ["bn._variance"] = new([1], [4]),
        });
        var weights = WeightScope.Of(set);
        var graph = new GraphBuilder("deconv");
        var x = graph.Input("x", 1, 2, 1, 1);
        graph.Output(graph.ConvTranspose(x, weights.Sub("up"), new ConvSpec(1, 2) { Stride = 2, Bias = true }, weights.Sub("bn")), "y");
        weights.ThrowIfUnfit();

        // (1 * k0 + 2 * k1 + 0.5 - 3) * 2 / sqrt(4) + 1.
        var got = Run(graph, [1, 2, 1, 1], [1, 2])[0];
        Assert.Equal([19.5f, 40.5f, 61.5f, 82.5f], got, (a, b) => Math.Abs(a - b) < 1e-3f);
        Assert.Equal(4 * 2, graph.Macs);
    }

    [Theory]
    [InlineData(3, 2, 0, 17)]
    [InlineData(5, 1, 1, 20)]
    [InlineData(3, 1, 2, 9)]
    public void Inferred_sizes_equal_the_ones_that_run(int kernel, int stride, int dilationLess, int size)
    {
        var graph = new GraphBuilder("sizes");
        var conv = new ConvSpec(2, kernel) { Stride = stride, Dilation = 1 + dilationLess };
        var y = graph.Conv(graph.Input("x", 1, 3, size, size + 1), WeightScope.Random(), conv);
        graph.Output(y, "y");
        Assert.Equal(y.Elements, Run(graph, [1, 3, size, size + 1], new float[3 * size * (size + 1)])[0].Length);
    }

    [Fact]
    public void Layers_of_a_finished_file_are_counted_as_the_builder_counts_them()
    {
        var graph = NamedNetworks.Build("pplcnet-x0.25", WeightScope.Random(), NetworkInput.Any)!;
        var counted = NamedNetworks.Build("pplcnet-x0.25", WeightScope.Random(), new NetworkInput(96, 64, 1))!;
        var layers = OnnxLayers.Read(graph.ToBytes(), "file", (96, 64));
        Assert.Equal(counted.Macs, layers.Sum(l => l.Macs));
        Assert.Equal(counted.Layers.Select(l => l.Output), layers.Select(l => l.Output));
    }

    [Fact]
    public void Every_named_network_is_built()
    {
        Assert.All(NamedNetworks.Names.Where(n => n != "resnet50-vd"), name =>
            Assert.NotNull(NamedNetworks.Build(name, WeightScope.Random(), NetworkInput.Any)));
        Assert.Null(NamedNetworks.Build("pplcnet-x", WeightScope.Random(), NetworkInput.Any));
    }

    private static float[][] Run(GraphBuilder graph, long[] shape, float[] values)
    {
        using var model = OnnxModel.Load(graph.ToBytes(), "test");
        using var input = InputTensor.Rent(shape);
        values.CopyTo(input.Values);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        return [.. Enumerable.Range(0, outputs.Count).Select(i => outputs.Floats(i).ToArray())];
    }
}
