using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Tests.Detection;

public class DetectorSettingsTests
{
    [Fact]
    public void What_a_manifest_leaves_out_has_its_default()
    {
        var settings = DetectionSettings.Of(Manifest("""{ "categoryIds": [3, 4], "scoreRule": "Sigmoid" }"""));
        Assert.Equal(new DetectionSettings().IouThreshold, settings.IouThreshold);
        Assert.Equal(new DetectionSettings().ScoreThreshold, settings.ScoreThreshold);
        Assert.Empty(settings.Strides);
        Assert.Equal([3, 4], settings.CategoryIds);
        Assert.Equal(ScoreRule.Sigmoid, settings.ScoreRule);
    }

    [Fact]
    public void A_zero_in_a_manifest_is_a_zero() =>
        Assert.Equal(0, DetectionSettings.Of(Manifest("""{ "scoreThreshold": 0 }""")).ScoreThreshold);

    private static ModelManifest Manifest(string settings) => new() { Name = "m", Task = "detection", Settings = JsonElement.Parse(settings) };
}
