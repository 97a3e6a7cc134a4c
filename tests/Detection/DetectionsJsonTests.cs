using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Detection;

namespace PPLCNet.Vision.Tests.Detection;

public sealed class DetectionsJsonTests
{
    [Fact]
    public void Detections_are_read_back_as_they_were_written()
    {
        var detections = new Detections([new(0.1f, 1, 5, 5), new(-2, 2, 30, 6)], [0.9f, 0.5f], [1, 0], ["cat", "dog"]);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteDetections(detections);
            json.WriteEndObject();
        }

        var text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.StartsWith("""{"detections":[{"class":"dog","class_id":1,"score":0.9,"box":[0.1,1,5,5]},""", text, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(text);
        Assert.Equal(detections, DetectionsJson.ReadDetections(document.RootElement, detections.Labels));
    }
}
