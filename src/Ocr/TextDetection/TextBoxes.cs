using System.Collections;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>Where text stands in one image, in no particular order. Immutable and safe to share between threads.</summary>
/// <param name="boxes">The boxes.</param>
/// <param name="isCut">Whether <see cref="TextDetectionSettings.MaxCandidates"/> left some out.</param>
public sealed class TextBoxes(IReadOnlyList<TextBox> boxes, bool isCut) : IReadOnlyList<TextBox>, IPrediction<TextBoxes>
{
    /// <summary>Whether <see cref="TextDetectionSettings.MaxCandidates"/> left some out.</summary>
    public bool IsCut => isCut;

    /// <inheritdoc/>
    public StageTimings Timings { get; private init; }

    /// <inheritdoc/>
    public int Count => boxes.Count;

    /// <inheritdoc/>
    public TextBox this[int index] => boxes[index];

    /// <inheritdoc/>
    public TextBoxes WithTimings(StageTimings timings) => new(boxes, isCut) { Timings = timings };

    /// <inheritdoc/>
    public IEnumerator<TextBox> GetEnumerator() => boxes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
