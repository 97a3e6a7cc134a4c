using System.Text.Json;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// One command at work with its model loaded. The runner decodes, calls <see cref="Run"/> (then <see cref="Save"/> and
/// <see cref="Draw"/>) on several threads at once, and <see cref="WriteJson"/>, <see cref="WriteText"/> and
/// <see cref="Accept"/> on one thread in the order of the inputs.
/// </summary>
/// <typeparam name="T">What the task finds in one image.</typeparam>
/// <param name="owned">What to free in the end.</param>
internal sealed class ImageJob<T>(params IDisposable?[] owned) : IDisposable
    where T : IPrediction<T>
{
    /// <summary>Finds out about one image.</summary>
    public required Func<PixelBuffer, CancellationToken, T> Run { get; init; }

    /// <summary>Writes the task's own fields of the JSON object; file, size and times are there already.</summary>
    public required Action<Utf8JsonWriter, T> WriteJson { get; init; }

    /// <summary>Tells people, in a line or a few, with <c>Terminal.Line</c> or a table.</summary>
    public Action<ImageAnswer<T>>? WriteText { get; init; }

    /// <summary>Draws the answer for <c>--draw</c>; may draw on the image itself.</summary>
    public Func<PixelBuffer, T, PixelBuffer> Draw { get; init; } = (image, _) => image;

    /// <summary>Writes files of this input, such as label maps.</summary>
    public Action<InputItem, PixelBuffer, T>? Save { get; init; }

    /// <summary>Collects answers for <see cref="Complete"/>.</summary>
    public Action<ImageAnswer<T>>? Accept { get; init; }

    /// <summary>Collects an answer of an earlier run from its JSON object, with <c>--resume</c>.</summary>
    public Action<JsonElement>? Restore { get; init; }

    /// <summary>
    /// Writes a file that covers all inputs (a COCO file, a matrix), which must not be missing after a success; null where
    /// there is none. Called once, also after Ctrl-C, but not where there were no inputs or every input failed.
    /// </summary>
    public Action? Complete { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var item in owned)
        {
            item?.Dispose();
        }
    }
}

/// <summary>A finished input, with its size in pixels and the times of its stages, decoding included.</summary>
internal sealed record ImageAnswer<T>(InputItem Input, int Width, int Height, StageTimings Timings, T Value);
