using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Ocr;

/// <summary>The sentences of <see cref="OcrResult.Notes"/>.</summary>
internal static class OcrNotes
{
    /// <summary>Most lines were turned by 180 degrees.</summary>
    public const string OnItsHead = "most lines are upside down; with page orientation the page is turned first";

    /// <summary>What a detection has to tell.</summary>
    public static IReadOnlyList<string> Of(TextBoxes found, TextDetectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(settings);
        return found.IsCut
            ? [$"only the lowest {settings.MaxCandidates} pieces of text were looked at; what lies above them is missing"]
            : [];
    }
}
