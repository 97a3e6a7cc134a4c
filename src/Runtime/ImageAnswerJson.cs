using System.Text.Json;

namespace PPLCNet.Vision.Runtime;

/// <summary>What every answer about an image begins with: <c>"width", "height", "ms": {"decode", ..., "total"}</c>.</summary>
internal static class ImageAnswerJson
{
    /// <summary>Writes the properties into the current object.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="width">Pixels per row of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="timings">Where the time went, in milliseconds.</param>
    public static void WriteImage(this Utf8JsonWriter json, int width, int height, StageTimings timings)
    {
        json.WriteNumber("width", width);
        json.WriteNumber("height", height);
        json.WriteStartObject("ms");
        json.WriteNumber("decode", Math.Round(timings.Decode, 3));
        json.WriteNumber("preprocess", Math.Round(timings.Preprocess, 3));
        json.WriteNumber("run", Math.Round(timings.Run, 3));
        json.WriteNumber("postprocess", Math.Round(timings.Postprocess, 3));
        json.WriteNumber("total", Math.Round(timings.Total, 3));
        json.WriteEndObject();
    }
}
