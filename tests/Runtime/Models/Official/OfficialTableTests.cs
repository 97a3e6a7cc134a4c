using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime.Models.Official;

/// <summary>The table of official models against the networks in code, and against itself.</summary>
public sealed class OfficialTableTests
{
    public static TheoryData<string> Names => [.. OfficialModels.All.Select(m => m.Name)];

    public static TheoryData<string> InCode => [.. OfficialModels.All.Where(m => m.Networks.Count > 0).Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(InCode))]
    public void NetworkBuildsFromRandomWeightsWithTheStatedNumbers(string name)
    {
        var model = OfficialModels.Find(name)!;
        var counts = model.Networks.Select(network =>
        {
            var scope = WeightScope.Random();
            NetworkKinds.Default.Build(
                new NetworkRequest(name, network) { Labels = model.Labels, Size = model.Preprocess!.Size.TensorSize }, scope);
            return scope.Parameters + scope.Statistics;
        }).ToList();
        Assert.Equal(model.Parameters, counts[0]);
        Assert.Equal(counts.Count, counts.Distinct().Count()); // a file can only decide between networks that differ
    }

    [Theory]
    [InlineData("pplcnet-x1.0", "lcnet", "pplcnet_x1_0", 0)]
    [InlineData("pplcnet-x2.5", "lcnet", "pplcnet_x2_5", 0)]
    [InlineData("pplcnetv2-base", "lcnet", "pplcnetv2_base", 113_152)] // the merged slot, which training leaves unused
    [InlineData("mobilenetv1-x1.0", "lcnet", "mobilenetv1_x1_0", 0)]
    [InlineData("mobilenetv2-x1.0", "lcnet", "mobilenetv2_x1_0", 0)]
    [InlineData("mobilenetv3-large-x0.35", "lcnet", "mobilenetv3_large_x0_35", 0)]
    [InlineData("mobilenetv3-small-x1.0", "lcnet", "mobilenetv3_small_x1_0", 0)]
    [InlineData("shufflenetv2-x1.0", "lcnet", "shufflenetv2_x1_0", 0)]
    [InlineData("resnet50-vd", "lcnet", "resnet50_vd", 0)]
    [InlineData("shitu-v2-rec", "lcnet", "pplcnetv2_base_shitu", 113_152)]
    [InlineData("picodet-xs-320-coco", "picodet-net", "picodet_xs_320", 8)] // the whole numbers of the distribution
    [InlineData("picodet-s-416-coco", "picodet-net", "picodet_s_320", 8)]
    [InlineData("picodet-m-320-coco", "picodet-net", "picodet_m_416", 8)]
    [InlineData("picodet-l-640-coco", "picodet-net", "picodet_l_640", 8)]
    [InlineData("picodet-layout-1x", "picodet-net", "picodet_layout_x1_0_5cls", 8)]
    [InlineData("picodet-mainbody", "picodet-net", "picodet_mainbody_x2_5_1cls", 8)]
    public void NumbersAreThoseOfTheOfficialNetworks(string name, string set, string vector, long unused) => Assert.Equal(
        GoldenVector.Load(set, vector).Root.GetProperty("params").GetProperty("all").GetInt64() - unused,
        OfficialModels.Find(name)!.Parameters);

    [Theory]
    [MemberData(nameof(Names))]
    public void EntryIsComplete(string name)
    {
        var model = OfficialModels.Find(name)!;
        Assert.Equal("Apache-2.0", model.License);
        Assert.Matches("^[a-z0-9][a-z0-9.-]*$", name);
        if (model.Parts.Count > 0)
        {
            Assert.Equal(["detector", "recognizer", "lineOrientation", "pageOrientation"], model.Parts.Keys);
            Assert.All(model.Parts.Values, part => Assert.Empty(OfficialModels.Find(part)!.Parts));
            return;
        }

        Assert.NotEmpty(model.Files);
        model.Preprocess!.Validate();
        Assert.All(model.Files.Concat(model.Dictionary), f =>
        {
            Assert.StartsWith("https://", f.Address, StringComparison.Ordinal);
            Assert.True(Uri.IsWellFormedUriString(f.Address, UriKind.Absolute), f.Address);
            Assert.Matches("^([0-9a-f]{64})?$", f.Sha256);
            Assert.Contains(Path.GetExtension(f.Name), new[] { ".pdparams", ".onnx", ".tar", ".zip", ".safetensors", ".txt" });
        });
        Assert.True(model.Networks.Count > 0 || model.Files.All(
            f => Path.GetExtension(f.Name) is ".onnx" or ".tar"), "Only graphs run without a network in code.");
        Assert.Equal(model.Task == "text-recognition", model.Dictionary.Count > 0);
        Assert.Equal(model.Task is "classification" or "orientation" or "detection" or "attributes", model.Labels.Count > 0);
        Assert.Equal(model.Figures.Count > 0, model.Sources.Count > 0);
    }

    [Fact]
    public void AddressesAreDifferent()
    {
        var twice = OfficialModels.All.SelectMany(m => m.Files).GroupBy(f => f.Address).Where(g => g.Count() > 1)
            .Select(g => g.Key);
        Assert.Empty(twice);
    }

    [Fact]
    public void NamesThatTheCatalogHasTooMeanTheSameModel()
    {
        foreach (var known in ModelCatalog.Default.Models)
        {
            if (OfficialModels.Find(known.Name) is { } official)
            {
                Assert.Equal(known.Task, official.Task);
                Assert.Equal(known.Parts, official.Parts);
                Assert.Equal(JsonSerializer.Serialize(known.Preprocess), JsonSerializer.Serialize(official.Preprocess));
                Assert.Equal(known.Labels, official.Labels);
            }
        }
    }

    [Fact]
    public void ClassesOfImageNetAreTheCatalogs()
    {
        var shipped = File.ReadAllLines(Path.Combine(RepositoryPaths.Models, "imagenet_classes.txt"));
        Assert.Equal(shipped, OfficialModels.Find("resnet50-vd")!.Labels);
        Assert.Equal(1000, shipped.Length);
    }
}
