using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>How a <see cref="TextRecognizer"/> is loaded.</summary>
internal sealed record TextRecognizerOptions : ModelOptions
{
    /// <summary>Replaces the model's dictionary, one key a line.</summary>
    public IReadOnlyList<string>? Dictionary { get; init; }
}
