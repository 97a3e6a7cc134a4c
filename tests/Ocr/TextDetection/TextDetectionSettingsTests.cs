using System.Text.Json;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Tests.Ocr.TextDetection;

public class TextDetectionSettingsTests
{
    [Fact]
    public void What_a_manifest_leaves_out_has_its_default() =>
        Assert.Equal(new TextDetectionSettings { BoxThreshold = 0.5f }, TextDetectionSettings.Of(Manifest("""{ "boxThreshold": 0.5 }""")));

    [Fact]
    public void A_zero_in_a_manifest_is_a_zero() =>
        Assert.Equal(0, TextDetectionSettings.Of(Manifest("""{ "boxThreshold": 0 }""")).BoxThreshold);

    private static ModelManifest Manifest(string settings) => new() { Name = "m", Task = "text-detection", Settings = JsonElement.Parse(settings) };
}
