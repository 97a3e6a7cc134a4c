using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Detection;

/// <summary>PicoDet beside other heads on one backbone, with seeded weights.</summary>
public class PicoDetNetworkHeadTests
{
    private const int Seed = 5;
    private const int Height = 96;
    private const int Width = 128;

    private const string TwoHeads = """
        { "kind": "pplcnet-heads", "heads": {
          "vector": { "kind": "embedding" },
          "things": { "kind": "picodet", "prefix": "boxes", "variant": "shared-1.0x", "labels": ["a", "b", "c"], "categoryIds": [7, 8, 9] } } }
        """;

    private static readonly Preprocess Pixels = new()
    {
        Channels = ChannelOrder.Rgb,
        Mean = [0.5f, 0.5f, 0.5f],
        Std = [0.5f, 0.5f, 0.5f],
        Size = new StretchRule(Width, Height),
    };

    private static HeadRequest Things => MultiHeadKind.HeadsOf("heads", JsonElement.Parse(TwoHeads))[1];

    [Fact]
    public void One_pass_gives_the_raw_heads_of_the_network_alone()
    {
        using var shared = Load(TwoHeads);
        using var alone = OnnxModel.Load(Alone(), "alone");
        using var input = InputTensor.Rent(1, 3, Height, Width);
        SeededTensor.Input([1, 3, Height, Width]).CopyTo(input.Values);
        using var outputs = shared.Run(input, TestContext.Current.CancellationToken);
        using var expected = alone.Run(input, TestContext.Current.CancellationToken);
        Assert.Equal(["vector", .. alone.Outputs.Select(o => "things." + o.Name)], shared.Outputs.Select(o => o.Name));
        for (var i = 0; i < expected.Count; i++)
        {
            var (wanted, found) = (expected.Floats(i).ToArray(), outputs.Floats(i + 1).ToArray());
            var scale = Math.Max(1, wanted.Max(Math.Abs));
            Assert.Equal(wanted.Length, found.Length);
            Assert.All(wanted.Zip(found), p => Assert.Equal(p.First / scale, p.Second / scale, 1e-5f));
        }
    }

    [Fact]
    public void Objects_are_those_of_a_detector_with_the_same_weights()
    {
        var options = new DetectionOptions { ScoreThreshold = 0.3f };
        var manifest = new ModelManifest
        {
            Name = "alone",
            Task = "detection",
            Preprocess = Pixels,
            Labels = ["a", "b", "c"],
            Settings = JsonElement.Parse("""{ "scoreRule": "Sigmoid", "categoryIds": [7, 8, 9] }"""),
        };
        using var detector = Detector.Load(ModelFile.FromBytes(Alone(), manifest));
        var image = new PixelBuffer(300, 200, PixelFormat.Rgb24);
        new Random(Seed).NextBytes(image.Data);
        var expected = detector.Detect(image, options, TestContext.Current.CancellationToken);

        using var shared = ImageModel.Load(ModelFile.FromBytes(Bytes(TwoHeads), manifest));
        var head = DetectionHead.Bind(shared.Binding() with { Request = Things });
        using var input = shared.Prepare(image);
        using var outputs = shared.Run(input, TestContext.Current.CancellationToken);
        var found = head.Read(new HeadInput(outputs, 0, input.Plans[0], image.Width, image.Height), options);
        Assert.Equal(["a", "b", "c"], head.Labels);
        Assert.Equal([7, 8, 9], head.CategoryIds);
        Assert.NotEmpty(expected);

        // Seeded weights give many scores that are equal but for the last bits, so the order may differ.
        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected, e => Assert.Contains(found, f => f.ClassId == e.ClassId && Math.Abs(f.Score - e.Score) < 1e-4f && f.Box.Iou(e.Box) > 0.999f));
    }

    [Theory]
    [InlineData("""{ "kind": "picodet", "variant": "shared-1.0x" }""", "labels of the head 'things'")]
    [InlineData("""{ "kind": "picodet", "variant": "huge", "labels": ["a"] }""", "a variant among xs, s, m")]
    [InlineData("""{ "kind": "picodet", "variant": "shared-1.0x", "labels": ["a"], "nms": 1 }""", "the settings of the head 'things'")]
    [InlineData("""{ "kind": "picodet", "prefix": 3, "variant": "shared-1.0x", "labels": ["a"] }""", "'prefix' of the head 'things' as a text")]
    public void Settings_that_do_not_fit_are_told(string head, string expected)
    {
        var error = Assert.Throws<ModelFormatException>(() => Bytes($$"""{ "kind": "pplcnet-heads", "heads": { "things": {{head}} } }"""));
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_of_another_size_are_told()
    {
        var manifest = new ModelManifest { Name = "heads", Task = "analysis", Preprocess = Pixels };
        using var shared = ImageModel.Load(ModelFile.FromBytes(Bytes(TwoHeads), manifest));
        var binding = shared.Binding() with { Request = Things, Preprocess = Pixels with { Size = new StretchRule(64, 64) } };
        var error = Assert.Throws<ModelFormatException>(() => DetectionHead.Bind(binding));
        Assert.Contains("raw heads", error.Expected, StringComparison.Ordinal);
    }

    private static byte[] Alone() => PicoDetNetwork
        .Build(PicoDetSpec.Variants["shared-1.0x"] with { Classes = 3, Height = Height, Width = Width }, WeightScope.Random(Seed), prefix: "boxes")
        .ToBytes();

    private static OnnxModel Load(string network) => OnnxModel.Load(Bytes(network), "shared");

    private static byte[] Bytes(string network)
    {
        var request = new NetworkRequest("heads", JsonElement.Parse(network)) { Size = (Width, Height), OneImage = true };
        return NetworkKinds.Default.Build(request, WeightScope.Random(Seed)).ToBytes();
    }
}
