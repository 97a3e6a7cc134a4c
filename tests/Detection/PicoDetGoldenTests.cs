using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Detection;

/// <summary>
/// The networks in code against the official implementation on seeded weights: every tap, every level, every export.
/// </summary>
public sealed class PicoDetGoldenTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string, string> Vectors => new()
    {
        { "picodet_xs_320", "xs" },
        { "picodet_s_320", "s" },
        { "picodet_m_416", "m" },
        { "picodet_l_640", "l" },
        { "picodet_layout_x1_0_5cls", "layout" },
        { "picodet_mainbody_x2_5_1cls", "mainbody" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void EveryOutputMatches(string name, string variant)
    {
        var golden = GoldenVector.Load("picodet-net", name);
        var spec = PicoDetSpec.Variants[variant];
        Assert.Equal([1, 3, spec.Height, spec.Width], golden.Inputs["x"]);
        var weights = Weights(golden, name);
        var graph = new GraphBuilder(name);
        var tensors = graph.PicoDet(new NetworkInput(spec.Height, spec.Width, 1).AddTo(graph), weights, spec);
        AddOutputs(graph, tensors, weights, spec);
        weights.ThrowIfUnfit();
        Assert.Equal(golden.Root.GetProperty("params").GetProperty("trainable").GetInt64(), weights.Parameters - DistributionBox.Bins);

        using var model = OnnxModel.Load(graph.ToBytes(), name);
        using var input = Input(golden);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        for (var i = 0; i < outputs.Count; i++)
        {
            var expected = golden.Outputs[outputs.Name(i)];
            Assert.Equal(expected.Shape, outputs.Shape(i).Select(d => (int)d));
            expected.AssertMatches($"{name}/{outputs.Name(i)}", outputs.Floats(i), Tolerance);
        }

        Assert.Equal(golden.Outputs.Count, outputs.Count);
    }

    [Theory]
    [InlineData(PicoDetExport.Logits)]
    [InlineData(PicoDetExport.Scores)]
    [InlineData(PicoDetExport.Decoded)]
    public void EveryExportGivesTheOfficialRows(Enum kind)
    {
        var export = (PicoDetExport)kind;
        const string name = "picodet_xs_320";
        var golden = GoldenVector.Load("picodet-net", name);
        var spec = PicoDetSpec.Variants["xs"];
        var graph = PicoDetNetwork.Build(spec, Weights(golden, name), export);
        using var model = OnnxModel.Load(graph.ToBytes(), name);
        var grid = new AnchorGrid(spec.Width, spec.Height, PicoDetSpec.Strides);
        var reader = OutputReader.Bind(name, model.Outputs, grid, PicoDetNetwork.RuleOf(spec, export));
        using var input = Input(golden);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        foreach (var setting in golden.Root.GetProperty("nms").EnumerateArray())
        {
            var nms = new NmsOptions
            {
                ScoreThreshold = setting.GetProperty("score_threshold").GetSingle(),
                IouThreshold = setting.GetProperty("nms_threshold").GetSingle(),
                TopKBefore = Math.Max(0, setting.GetProperty("nms_top_k").GetInt32()),
                TopKAfter = Math.Max(0, setting.GetProperty("keep_top_k").GetInt32()),
            };
            using var candidates = new Candidates();
            reader.Collect(outputs, 0, nms, candidates);
            var got = NonMaximumSuppression.Run(candidates, nms).ToDetections(candidates, [], b => b).OrderBy(o => o.ClassId).ToList();
            var expected = setting.GetProperty("rows").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetSingle()).ToArray()).ToList();
            Assert.Equal(expected.Select(r => (int)r[0]), got.Select(o => o.ClassId));
            Assert.All(expected.Zip(got), p =>
            {
                Assert.Equal(p.First[1], p.Second.Score, 1e-4f);
                Assert.Equal(p.First[2], p.Second.Box.X0, 0.03f);
                Assert.Equal(p.First[3], p.Second.Box.Y0, 0.03f);
                Assert.Equal(p.First[4], p.Second.Box.X1, 0.03f);
                Assert.Equal(p.First[5], p.Second.Box.Y1, 0.03f);
            });
        }
    }

    private static void AddOutputs(GraphBuilder graph, PicoDetTensors tensors, WeightScope weights, PicoDetSpec spec)
    {
        var scores = new List<GraphTensor>();
        for (var i = 0; i < 3; i++)
        {
            graph.Output(tensors.Features.All[i + 1], $"c{i + 3}");
        }

        for (var i = 0; i < 4; i++)
        {
            var level = tensors.Levels[i];
            var score = PicoDetOutputs.Score(graph, level);
            scores.Add(graph.Reshape(score, 0, score.Channels, score.Height * score.Width));
            graph.Output(tensors.Pyramid[i], $"p{i + 3}");
            graph.Output(PicoDetOutputs.Rows(graph, score), $"score{i}");
            graph.Output(PicoDetOutputs.Rows(graph, level.Boxes), $"reg{i}");
            if (level.Quality is { } quality)
            {
                graph.Output(quality, $"align{i}");
                graph.Output(level.Classes, $"cls_logit{i}");
            }
        }

        graph.Output(PicoDetOutputs.Boxes(graph, tensors.Levels, weights.Sub("head"), spec), "boxes");
        graph.Output(graph.Concat(2, [.. scores]), "scores");
    }

    private static WeightScope Weights(GoldenVector golden, string name) => WeightScope.Of(new WeightSet(
        name, golden.Weights().Select(w => KeyValuePair.Create(w.Key, new WeightTensor(w.Value.Shape, w.Value.Values)))));

    private static InputTensor Input(GoldenVector golden)
    {
        var shape = golden.Inputs["x"];
        var input = InputTensor.Rent([.. shape.Select(d => (long)d)]);
        SeededTensor.Input(shape).CopyTo(input.Values);
        return input;
    }
}
