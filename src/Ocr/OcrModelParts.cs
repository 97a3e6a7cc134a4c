using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Ocr;

/// <summary>The models that read text together, by name or path.</summary>
/// <param name="Detector">Finds text.</param>
/// <param name="Recognizer">Reads lines.</param>
/// <param name="LineOrientation">Tells whether a line is upside down.</param>
/// <param name="PageOrientation">Tells how a page is turned.</param>
internal sealed record OcrModelParts(string Detector, string Recognizer, string LineOrientation, string PageOrientation)
{
    private const string DefaultLineOrientation = "ppocr-cls-v2";
    private const string DefaultPageOrientation = "pplcnet-x1.0-doc-ori";

    /// <summary>Only the orientation models, for a detector and a recognizer of the caller's own.</summary>
    internal static OcrModelParts Defaults { get; } = new("", "", DefaultLineOrientation, DefaultPageOrientation);

    /// <summary>Takes a name apart.</summary>
    /// <param name="name">
    /// A pair of the catalogue (<c>ppocr-v6-small</c>), two models joined by a plus sign
    /// (<c>ppocr-v4-det+ppocr-v6-small-rec</c>), or one detector or recogniser, where only that is needed.
    /// </param>
    /// <param name="catalog">Where names are looked up; the default one when null.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="ModelFormatException">The model does not read text.</exception>
    public static OcrModelParts Of(string name, ModelCatalog? catalog = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!File.Exists(name) && name.Split('+') is [var detector, var recognizer])
        {
            return new OcrModelParts(detector, recognizer, DefaultLineOrientation, DefaultPageOrientation);
        }

        var manifest = (catalog ?? ModelCatalog.Default).Find(name).Manifest;
        return manifest.Task switch
        {
            "text-detection" => new OcrModelParts(name, "", DefaultLineOrientation, DefaultPageOrientation),
            "text-recognition" => new OcrModelParts("", name, DefaultLineOrientation, DefaultPageOrientation),
            "ocr" => new OcrModelParts(
                manifest.Parts.GetValueOrDefault("detector", ""),
                manifest.Parts.GetValueOrDefault("recognizer", ""),
                manifest.Parts.GetValueOrDefault("lineOrientation", DefaultLineOrientation),
                manifest.Parts.GetValueOrDefault("pageOrientation", DefaultPageOrientation)),
            _ => throw new ModelFormatException(name, "a model that finds or reads text", $"one for {manifest.Task}"),
        };
    }

    /// <summary>The detector's name.</summary>
    /// <exception cref="ModelFormatException">The parts hold only a recogniser.</exception>
    public string NeedDetector() => Detector.Length > 0
        ? Detector
        : throw new ModelFormatException(Recognizer, "a text detector, or a pair such as ppocr-v6-small", "a recogniser only");

    /// <summary>The recogniser's name.</summary>
    /// <exception cref="ModelFormatException">The parts hold only a detector.</exception>
    public string NeedRecognizer() => Recognizer.Length > 0
        ? Recognizer
        : throw new ModelFormatException(Detector, "a text recogniser, or a pair such as ppocr-v6-small", "a detector only");
}
