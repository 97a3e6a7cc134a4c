using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Ocr;

/// <summary>The constants of text detection; what is not given stays as the model's manifest says.</summary>
internal sealed class DetectorFlags(Command command)
{
    // A photo of 50 megapixels in color, and its map of probabilities.
    private const long ImageBytes = 256L << 20;

    private readonly Option<float?> _threshold =
        command.Flag<float?>("--threshold", "A pixel is text above this probability.", "P");
    private readonly Option<float?> _boxThreshold =
        command.Flag<float?>("--box-threshold", "A box stays from this mean probability on.", "P");

    private readonly Option<float?> _unclip =
        command.Flag<float?>("--unclip", "How far boxes grow: area times this, over the perimeter.", "R");
    private readonly Option<bool> _dilate = command.Switch("--dilate", "Dilate the text mask by 2x2 first.");
    private readonly Option<BoxScoreMode?> _scoreMode = command.Flag<BoxScoreMode?>(
        "--score-mode", "fast: a box's probability is the mean in its smallest rectangle; slow: in the outline of its text.", "fast|slow");

    private readonly Option<int?> _shortSide =
        command.Flag<int?>("--short-side", "Enlarge images whose short side is below this.", "PX");
    private readonly Option<int?> _longSide =
        command.Flag<int?>("--long-side", "Reduce images whose long side is above this.", "PX").Excludes("--short-side");

    private readonly Option<int?> _maxPixels = command
        .Flag<int?>("--max-pixels", "Most pixels in one run of the detector; larger images are looked at in tiles. Memory follows it.", "N")
        .Must(n => n >= TextDetectionSettings.LeastMaxPixels, $"must be at least {TextDetectionSettings.LeastMaxPixels}");

    private readonly Option<bool> _half =
        command.Switch("--half-normalization", "Pixels to -1..1 instead of ImageNet's mean and deviation (as RapidOCR does).");

    /// <summary>The postprocessing, or null where no flag changes it.</summary>
    public TextDetectionSettings? Settings(ParseResult parse, string model)
    {
        var (threshold, box, unclip) = (parse.GetValue(_threshold), parse.GetValue(_boxThreshold), parse.GetValue(_unclip));
        var (dilate, mode) = (parse.GetValue(_dilate), parse.GetValue(_scoreMode));
        var pixels = parse.GetValue(_maxPixels);
        if (threshold is null && box is null && unclip is null && !dilate && mode is null && pixels is null)
        {
            return null;
        }

        var own = TextDetectionSettings.Of(Manifest(model));
        return own with
        {
            Threshold = threshold ?? own.Threshold,
            BoxThreshold = box ?? own.BoxThreshold,
            UnclipRatio = unclip ?? own.UnclipRatio,
            Dilate = dilate || own.Dilate,
            ScoreMode = mode ?? own.ScoreMode,
            MaxPixels = pixels ?? own.MaxPixels,
        };
    }

    /// <summary>The preprocessing, or null where no flag changes it.</summary>
    public Preprocess? Input(ParseResult parse, string model)
    {
        var (shortSide, longSide, half) = (parse.GetValue(_shortSide), parse.GetValue(_longSide), parse.GetValue(_half));
        if ((shortSide is null && longSide is null && !half) || Manifest(model).Preprocess is not { Size: MultipleRule rule } own)
        {
            return null;
        }

        return own with
        {
            Size = shortSide is { } low ? rule with { Limit = low, Side = SideLimit.Min, MaxEnlargement = 0 }
                : longSide is { } high ? rule with { Limit = high, Side = SideLimit.Max }
                : rule,
            Mean = half ? [0.5f, 0.5f, 0.5f] : own.Mean,
            Std = half ? [0.5f, 0.5f, 0.5f] : own.Std,
        };
    }

    /// <summary>Most memory that one image in work takes: a run of the detector, and the image with its map.</summary>
    public long BytesAWorker(ParseResult parse) =>
        (TextDetectionSettings.BytesAPixel * (long)(parse.GetValue(_maxPixels) ?? new TextDetectionSettings().MaxPixels)) + ImageBytes;

    private static ModelManifest Manifest(string model) =>
        ModelCatalog.Default.Find(OcrModelParts.Of(model).NeedDetector()).Manifest;
}
