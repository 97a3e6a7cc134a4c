using System.Text.Json;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary>What a task found in one image, and the forms in which it can be told.</summary>
/// <param name="Timings">Where the time went.</param>
/// <param name="WriteJson">Writes the task's own properties, as the command does.</param>
internal sealed record TaskAnswer(StageTimings Timings, Action<Utf8JsonWriter> WriteJson)
{
    /// <summary>Draws the answer; null where there is nothing to draw.</summary>
    public Func<PixelBuffer, PixelBuffer>? Draw { get; init; }

    /// <summary>The answer as an image of its own, encoded as PNG, instead of a drawing; null for none.</summary>
    public Func<byte[]>? Png { get; init; }

    /// <summary>The answer as plain text; null where it has no such form.</summary>
    public Func<string>? Text { get; init; }
}
