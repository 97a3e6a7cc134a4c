using System.Collections.Concurrent;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation.Decoding;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Networks.DeepLab;

/// <summary>DeepLabV3+ on PP-LCNet against PaddleSeg's values on seeded weights, in every form of the decoder.</summary>
public class DeepLabV3PlusTests
{
    private static readonly ConcurrentDictionary<string, (GoldenVector Golden, WeightSet Weights)> _vectors = new();

    public static TheoryData<string, string> Vectors()
    {
        var data = new TheoryData<string, string>();
        foreach (var name in (string[])["x0_5", "x1_0", "x1_0_align_corners", "x0_5_os8"])
        {
            foreach (var form in Enum.GetNames<DecoderForm>())
            {
                data.Add($"deeplabv3p_pplcnet_{name}", form);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Every_map_equals_PaddleSegs(string name, string form)
    {
        var (golden, weights) = Load(name);
        var compared = 0;
        foreach (var (inputName, shape) in golden.Inputs)
        {
            var spec = SpecOf(golden, name, Enum.Parse<DecoderForm>(form));
            var scope = WeightScope.Of(weights);
            var graph = Maps(spec, scope, new NetworkInput(shape[2], shape[3]));
            Assert.Equal(golden.Root.GetProperty("params").GetProperty("trainable").GetInt64(), scope.Parameters);
            compared += Compare(golden, name, inputName, shape, graph, spec);
        }

        Assert.Equal(golden.Outputs.Count, compared);
    }

    [Theory]
    [InlineData("deeplabv3p_pplcnet_x0_5")]
    [InlineData("deeplabv3p_pplcnet_x1_0_align_corners")]
    public void One_graph_takes_any_size(string name)
    {
        var (golden, weights) = Load(name);
        var spec = SpecOf(golden, name, DecoderForm.Cheapest);
        var graph = Maps(spec, WeightScope.Of(weights), NetworkInput.Any);
        Assert.Equal(golden.Outputs.Count, golden.Inputs.Sum(i => Compare(golden, name, i.Key, i.Value, graph, spec)));
    }

    [Fact]
    public void Every_key_of_the_checkpoint_is_used()
    {
        var (golden, weights) = Load("deeplabv3p_pplcnet_x1_0");
        var scope = WeightScope.Of(weights);
        DeepLabV3Plus.Model(SpecOf(golden, "deeplabv3p_pplcnet_x1_0", DecoderForm.Cheapest), scope);
        Assert.Equal(golden.Keys.Select(k => k.Key).Order(StringComparer.Ordinal), scope.Taken.Select(t => t.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(360, 480, false)]
    [InlineData(193, 331, true)]
    [InlineData(128, 96, false)]
    public void Forms_of_the_decoder_agree(int height, int width, bool alignCorners)
    {
        // Random weights and an image of noise: no reference data needed.
        var spec = new DeepLabV3PlusSpec
        {
            Backbone = new PPLCNetSpec { Scale = 0.25 }, Classes = 7, Ratios = [1, 2, 3, 4], AlignCorners = alignCorners,
        };
        var image = SeededTensor.Input([1, 3, height, width]);
        var answers = Enum.GetValues<DecoderForm>().ToDictionary(form => form, form =>
        {
            var graph = DeepLabV3Plus.Model(spec with { Decoder = form }, WeightScope.Random(5), new NetworkInput(height, width, 1));
            return Run(graph, [1, 3, height, width], image)["logits"];
        });
        var expected = answers[DecoderForm.AsWritten];
        var scale = expected.Max(MathF.Abs);
        foreach (var (form, got) in answers)
        {
            var worst = expected.Zip(got).Max(p => MathF.Abs(p.First - p.Second));
            Assert.True(worst <= 1e-5 * scale, $"{form}: largest difference {worst} of {scale}");
        }

        Assert.True(scale > 0, "all logits are zero");
    }

    [Theory]
    [InlineData(16, 6, 8)]
    [InlineData(8, 12, 16)]
    public void Smaller_output_strides_dilate_and_keep_the_pyramid_finer(int outputStride, int height, int width)
    {
        var graph = new GraphBuilder("backbone");
        var backbone = DeepLabV3PlusKind.BackboneOf(0.25, outputStride, dilated: true);
        var features = graph.PPLCNet(new NetworkInput(96, 128, 1).AddTo(graph), WeightScope.Random(), backbone);
        Assert.Equal((height, width), (features.Stride32.Height, features.Stride32.Width));
        Assert.Contains(graph.Layers, l => l.Kind.Contains("dilation 2", StringComparison.Ordinal));
        Assert.Equal(outputStride == 8, graph.Layers.Any(l => l.Kind.Contains("dilation 4", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_commuted_form_needs_a_known_size() => Assert.Throws<ArgumentException>(() =>
        DeepLabV3Plus.Model(new DeepLabV3PlusSpec { Classes = 3, Decoder = DecoderForm.Commuted }, WeightScope.Random()));

    private static GraphBuilder Maps(DeepLabV3PlusSpec spec, WeightScope weights, NetworkInput input)
    {
        var graph = new GraphBuilder("deeplab");
        var features = graph.PPLCNet(input.AddTo(graph), weights.Sub("backbone"), spec.Backbone);
        var maps = graph.DeepLabV3PlusHead(features.Stride4, features.Stride32, weights.Sub("head"), spec);
        weights.ThrowIfUnfit();
        graph.Output(features.Stride4, "low");
        graph.Output(features.Stride32, "high");
        for (var i = 0; i < maps.Branches.Count; i++)
        {
            graph.Output(maps.Branches[i], $"aspp{i}");
        }

        graph.Output(maps.Pooling, "aspp_pool");
        graph.Output(maps.Pyramid, "aspp");
        graph.Output(maps.Low, "decoder_low");
        graph.Output(maps.Middle, "decoder_mid");
        graph.Output(maps.Logits, "decoder");
        return graph;
    }

    private static int Compare(GoldenVector golden, string name, string inputName, int[] shape, GraphBuilder graph, DeepLabV3PlusSpec spec)
    {
        var outputs = Run(graph, shape, SeededTensor.Input(shape));
        var suffix = inputName[1..];
        var grid = golden.Outputs[$"decoder{suffix}"].Shape;
        outputs["logits"] = Enlarge(outputs["decoder"], grid, shape, spec.AlignCorners);
        var compared = 0;
        foreach (var (output, values) in outputs)
        {
            golden.Outputs[output + suffix].AssertMatches($"{name}/{output}{suffix}", values, 1e-5);
            compared++;
        }

        return compared;
    }

    private static float[] Enlarge(float[] logits, int[] grid, int[] image, bool alignCorners)
    {
        var (classes, height, width) = (grid[1], image[2], image[3]);
        var decoder = new LogitsDecoder(
            BilinearAxis.Create(grid[3], width, alignCorners), BilinearAxis.Create(grid[2], height, alignCorners));
        var enlarged = new float[classes * height * width];
        decoder.ForEachRow(new LogitsGrid(logits, classes, grid[2], grid[3], classes), (y, row) =>
        {
            for (var c = 0; c < classes; c++)
            {
                row.Slice(c * width, width).CopyTo(enlarged.AsSpan(((c * height) + y) * width));
            }
        });
        return enlarged;
    }

    private static Dictionary<string, float[]> Run(GraphBuilder graph, int[] shape, float[] image)
    {
        using var model = OnnxModel.Load(graph.ToBytes(), "deeplab");
        using var input = InputTensor.Rent([.. shape.Select(d => (long)d)]);
        image.CopyTo(input.Values);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        return Enumerable.Range(0, outputs.Count).ToDictionary(outputs.Name, i => outputs.Floats(i).ToArray());
    }

    private static DeepLabV3PlusSpec SpecOf(GoldenVector golden, string name, DecoderForm form) => new()
    {
        Backbone = DeepLabV3PlusKind.BackboneOf(
            name.Contains("x0_5", StringComparison.Ordinal) ? 0.5 : 1, name.EndsWith("os8", StringComparison.Ordinal) ? 8 : 32, dilated: false),
        Classes = golden.Root.GetProperty("classes").GetInt32(),
        Ratios = [.. golden.Root.GetProperty("aspp_ratios").EnumerateArray().Select(r => r.GetInt32())],
        AlignCorners = golden.Root.GetProperty("align_corners").GetBoolean(),
        Decoder = form,
    };

    private static (GoldenVector Golden, WeightSet Weights) Load(string name) => _vectors.GetOrAdd(name, n =>
    {
        var golden = GoldenVector.Load("deeplab", n);
        return (golden, new WeightSet(n, golden.Weights().Select(w => KeyValuePair.Create(w.Key, new WeightTensor(w.Value.Shape, w.Value.Values)))));
    });
}
