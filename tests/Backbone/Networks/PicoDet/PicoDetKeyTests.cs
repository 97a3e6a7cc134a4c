using System.Globalization;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Networks.PicoDet;

/// <summary>Names, shapes and counts of the official checkpoints.</summary>
public sealed class PicoDetKeyTests
{
    public static TheoryData<string, string, int> Lists => new()
    {
        { "picodet_xs_lcnet_v2", "xs", 80 },
        { "picodet_m_lcnet_v2", "m", 80 },
        { "picodet_l_lcnet_v2", "l", 80 },
        { "pp_doclayout_s_23cls", "s", 23 },
        { "pp_doclayout_m_23cls", "l", 23 },
        { "picodet_lcnet_1_5x_416_coco", "lcnet-1.5x", 80 },
        { "picodet_lcnet_x1_0_layout_5cls", "layout", 5 },
        { "picodet_lcnet_x1_0_cdla_layout_11cls", "layout", 11 },
        { "picodet_lcnet_x2_5_mainbody_1cls", "mainbody", 1 },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void TheNetworkTakesExactlyTheOfficialTensors(string list, string variant, int classes)
    {
        var lines = File.ReadAllLines(RepositoryPaths.Shared("golden", "picodet-keys", list + ".tsv"));
        var expected = lines.Where(l => !l.StartsWith('#')).Select(l => l.Split('\t')).Where(f => !f[2].StartsWith("alias", StringComparison.Ordinal))
            .Select(f => $"{f[0]} [{f[1].Replace('x', ',')}]");
        var weights = WeightScope.Random();
        PicoDetNetwork.Build(PicoDetSpec.Variants[variant] with { Classes = classes }, weights, PicoDetExport.Decoded);
        Assert.Equal(expected.Order(StringComparer.Ordinal), weights.Taken.Select(t => $"{t.Key} {WeightTensor.Text(t.Value)}").Order(StringComparer.Ordinal));

        var words = lines[0].Split(' ');
        var learnable = long.Parse(words[Array.IndexOf(words, "params") + 1].TrimEnd(';'), CultureInfo.InvariantCulture);
        Assert.Equal(learnable, weights.Parameters - DistributionBox.Bins);
    }

    [Theory]
    [InlineData("xs", 704_258)]
    [InlineData("s", 1_186_496)]
    [InlineData("m", 3_465_320)]
    [InlineData("l", 5_804_504)]
    public void ParametersEqualThePublishedCounts(string variant, long parameters)
    {
        var weights = WeightScope.Random();
        PicoDetNetwork.Build(PicoDetSpec.Variants[variant], weights);
        Assert.Equal(parameters, weights.Parameters);
    }

    [Fact]
    public void AForeignCheckpointIsRefusedWithEveryFault()
    {
        var set = new WeightSet("other.pdparams", [KeyValuePair.Create("conv1.weight", new WeightTensor([1], [0f]))]);
        var e = Assert.Throws<ModelFormatException>(() => PicoDetNetwork.Build(PicoDetSpec.Variants["xs"], WeightScope.Of(set)));
        Assert.Contains("missing", e.Message, StringComparison.Ordinal);
        Assert.Contains("surplus: conv1.weight", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 320)]
    [InlineData(320, 0)]
    public void InputsMustBeMultiplesOf32(int height, int width) => Assert.Throws<ArgumentException>(
        () => PicoDetNetwork.Build(PicoDetSpec.Variants["xs"] with { Height = height, Width = width }, WeightScope.Random()));
}
