using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>Where text stands in one image.</summary>
/// <param name="Boxes">The boxes, in no particular order.</param>
/// <param name="IsCut">Whether <see cref="TextDetectionSettings.MaxCandidates"/> left some out.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record TextBoxes(IReadOnlyList<TextBox> Boxes, bool IsCut, StageTimings Timings);
