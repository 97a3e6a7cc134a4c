using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary>What a request changes of a text detector's own settings; null leaves them.</summary>
internal sealed record TextDetectionOptions(
    float? ThresholdValue, float? BoxThresholdValue, float? UnclipValue, bool? DilateValue, BoxScoreMode? Mode, int? ShortSideValue, int? LongSideValue)
{
    private const int LongestSide = 4096;

    /// <summary>A pixel is text above this.</summary>
    public static QueryOption<float?> Threshold { get; } = QueryOption.Number("threshold", "A pixel is text above this probability.");

    /// <summary>A box stays from this on.</summary>
    public static QueryOption<float?> BoxThreshold { get; } = QueryOption.Number("boxThreshold", "A box stays from this mean probability on.");

    /// <summary>How far boxes grow.</summary>
    public static QueryOption<float?> Unclip { get; } = QueryOption.Number("unclip", "How far boxes grow: area times this, over the perimeter.", 0, 10);

    /// <summary>Whether the mask is dilated.</summary>
    public static QueryOption<bool?> Dilate { get; } = QueryOption.Flag("dilate", "Dilate the text mask by 2x2 first.");

    /// <summary>Where the mean probability is taken.</summary>
    public static QueryOption<string?> ScoreMode { get; } = QueryOption.Choice("scoreMode", "Where a box's probability is taken.", "fast", "slow");

    /// <summary>Least short side.</summary>
    public static QueryOption<int?> ShortSide { get; } = QueryOption.Whole("shortSide", "Enlarge images whose short side is below this.", 32, LongestSide);

    /// <summary>Largest long side.</summary>
    public static QueryOption<int?> LongSide { get; } = QueryOption.Whole("longSide", "Reduce images whose long side is above this.", 32, LongestSide);

    /// <summary>Reads the options of a request.</summary>
    /// <exception cref="RequestException">Two of them exclude each other.</exception>
    public static TextDetectionOptions Read(QueryValues values)
    {
        if (values.Get(ShortSide) is not null && values.Get(LongSide) is not null)
        {
            throw RequestException.Field("shortSide", "shortSide and longSide exclude each other");
        }

        return new TextDetectionOptions(
            values.Get(Threshold),
            values.Get(BoxThreshold),
            values.Get(Unclip),
            values.Get(Dilate),
            values.Get(ScoreMode) switch { "fast" => BoxScoreMode.Fast, "slow" => BoxScoreMode.Slow, _ => null },
            values.Get(ShortSide),
            values.Get(LongSide));
    }

    /// <summary>The engine's own settings with the changes; null where there are none.</summary>
    public TextDetectionSettings? Apply(OcrEngine engine) => this == new TextDetectionOptions(null, null, null, null, null, null, null)
        ? null
        : Change(engine.DetectionSettings, engine.DetectionSize as MultipleRule);

    private TextDetectionSettings Change(TextDetectionSettings own, MultipleRule? rule) => own with
    {
        Threshold = ThresholdValue ?? own.Threshold,
        BoxThreshold = BoxThresholdValue ?? own.BoxThreshold,
        UnclipRatio = UnclipValue ?? own.UnclipRatio,
        Dilate = DilateValue ?? own.Dilate,
        ScoreMode = Mode ?? own.ScoreMode,
        Size = rule is null ? null
            : ShortSideValue is { } low ? rule with { Limit = low, Side = SideLimit.Min, MaxEnlargement = 0 }
            : LongSideValue is { } high ? rule with { Limit = high, Side = SideLimit.Max }
            : null,
    };
}
