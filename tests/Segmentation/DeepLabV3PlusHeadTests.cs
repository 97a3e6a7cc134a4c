using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Segmentation;

/// <summary>DeepLabV3+ beside other heads on one backbone, with seeded weights.</summary>
public class DeepLabV3PlusHeadTests
{
    private const int Seed = 5;
    private const int Height = 96;
    private const int Width = 128;

    private const string ThreeHeads = """
        { "kind": "pplcnet-heads", "heads": {
          "vector": { "kind": "embedding" },
          "names": { "kind": "classification", "classes": 10 },
          "mask": { "kind": "deeplabv3p", "labels": ["a", "b", "c"], "ratios": [1, 3, 6], "palette": "camvid" } } }
        """;

    [Fact]
    public void One_pass_gives_the_logits_of_the_network_alone()
    {
        using var shared = OnnxModel.Load(Bytes(ThreeHeads), "shared");
        var spec = new DeepLabV3PlusSpec { Classes = 3, Ratios = [1, 3, 6] };
        var network = DeepLabV3Plus.Model(spec, WeightScope.Random(Seed), new NetworkInput(Height, Width, 1));
        using var alone = OnnxModel.Load(network.ToBytes(), "alone");
        using var input = Image();
        using var outputs = shared.Run(input, TestContext.Current.CancellationToken);
        using var expected = alone.Run(input, TestContext.Current.CancellationToken);
        Assert.Equal(["vector", "names", "mask"], shared.Outputs.Select(o => o.Name));
        var (wanted, found) = (expected.Floats().ToArray(), outputs.Floats(2).ToArray());
        Assert.Equal(wanted.Length, found.Length);
        var scale = wanted.Max(Math.Abs);
        Assert.All(wanted.Zip(found), p => Assert.Equal(p.First / scale, p.Second / scale, 1e-5f));
    }

    [Fact]
    public void The_mask_has_the_best_class_of_every_pixel()
    {
        var preprocess = new Preprocess { Size = new StretchRule(Width, Height) };
        var manifest = new ModelManifest { Name = "heads", Task = "analysis", Preprocess = preprocess };
        using var model = ImageModel.Load(ModelFile.FromBytes(Bytes(ThreeHeads, "mask"), manifest));
        Assert.Equal(["mask"], model.Outputs.Select(o => o.Name));
        var request = MultiHeadKind.HeadsOf("heads", JsonElement.Parse(ThreeHeads))[2];
        var head = SegmentationHead.Bind(model.Binding() with { Request = request });
        using var input = Image();
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        var plan = ResizePlan.Whole(Width / 4, Height / 4, Width, Height);
        var mask = head.Read(new HeadInput(outputs, 0, plan, Width / 4, Height / 4), SegmentationOptions.Default);
        Assert.Equal(["a", "b", "c"], mask.Labels);
        Assert.Same(Palette.Named("camvid"), mask.Palette);

        // On the network's own grid there is nothing to resample.
        var logits = outputs.Floats().ToArray();
        var plane = Width * Height / 16;
        for (var i = 0; i < plane; i++)
        {
            var best = Enumerable.Range(0, 3).MaxBy(c => logits[(c * plane) + i]);
            Assert.Equal(best, mask.Map.Ids[i]);
        }
    }

    [Theory]
    [InlineData("""{ "kind": "deeplabv3p" }""", "1 to 256 labels")]
    [InlineData("""{ "kind": "deeplabv3p", "labels": ["a"], "ratios": [0] }""", "ratios from 1 on")]
    [InlineData("""{ "kind": "deeplabv3p", "labels": ["a"], "palette": "grey" }""", "among voc, camvid, cityscapes for the head 'mask'")]
    [InlineData("""{ "kind": "deeplabv3p", "labels": ["a"], "rations": [1] }""", "the settings of the head 'mask'")]
    public void Settings_that_do_not_fit_are_told(string head, string expected)
    {
        var network = $$"""{ "kind": "pplcnet-heads", "heads": { "mask": {{head}} } }""";
        var error = Assert.Throws<ModelFormatException>(() => Bytes(network));
        Assert.Contains(expected, error.Expected);
    }

    private static byte[] Bytes(string network, params string[] only)
    {
        var request = new NetworkRequest("heads", JsonElement.Parse(network))
        {
            Size = (Width, Height),
            OneImage = true,
            Outputs = only.Length > 0 ? only.ToHashSet() : null,
        };
        return NetworkKinds.Default.Build(request, WeightScope.Random(Seed)).ToBytes();
    }

    private static InputTensor Image()
    {
        var input = InputTensor.Rent(1, 3, Height, Width);
        SeededTensor.Input([1, 3, Height, Width]).CopyTo(input.Values);
        return input;
    }
}
