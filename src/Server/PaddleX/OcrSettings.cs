using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>The OCR fields of a request as options of the engine.</summary>
/// <param name="Options">Options of the call; every line is read, the threshold is applied to the answer.</param>
/// <param name="MinScore">Lines below are left out of the recognized ones.</param>
/// <param name="Detection">The detector's settings in force.</param>
/// <param name="Size">The size rule in force.</param>
internal sealed record OcrSettings(OcrOptions Options, float MinScore, TextDetectionSettings Detection, MultipleRule? Size)
{
    private const int LongestSide = 4096;

    /// <summary>Reads the fields.</summary>
    /// <exception cref="RequestException">A value is out of range.</exception>
    public static OcrSettings Read(PaddleCall call, OcrEngine engine, bool canTurnPages)
    {
        call.Lacks("useDocUnwarping");
        var own = engine.DetectionSettings;
        var rule = ReadSize(call, engine.DetectionSize as MultipleRule);
        var settings = own with
        {
            Threshold = call.Fraction("textDetThresh") ?? own.Threshold,
            BoxThreshold = call.Fraction("textDetBoxThresh") ?? own.BoxThreshold,
            UnclipRatio = call.Number("textDetUnclipRatio") switch
            {
                null => own.UnclipRatio,
                > 0 and <= 10 and var ratio => (float)ratio,
                _ => throw JsonBody.Wrong("textDetUnclipRatio", "a number above 0 and at most 10"),
            },
            Size = rule == engine.DetectionSize ? null : rule,
        };
        var options = new OcrOptions
        {
            MinScore = 0,
            Words = call.Body.Flag("returnWordBox") ?? false,
            LineOrientation = call.Body.Flag("useTextlineOrientation") ?? call.Body.Flag("useTextLineOrientation") ?? true,
            PageOrientation = canTurnPages && (call.Body.Flag("useDocOrientationClassify") ?? true),
            Detection = settings == own ? null : settings,
        };
        return new OcrSettings(options, call.Fraction("textRecScoreThresh") ?? 0, settings, rule);
    }

    private static MultipleRule? ReadSize(PaddleCall call, MultipleRule? rule)
    {
        var (limit, side) = (call.Number("textDetLimitSideLen"), call.Body.Text("textDetLimitType"));
        if (rule is null || (limit is null && side is null))
        {
            return rule;
        }

        if (limit is { } given && (given is not (>= 32 and <= LongestSide) || given != Math.Floor(given)))
        {
            throw JsonBody.Wrong("textDetLimitSideLen", $"a whole number from 32 to {LongestSide}");
        }

        return rule with
        {
            Limit = (int)(limit ?? rule.Limit),
            Side = side switch
            {
                null => rule.Side,
                "min" => SideLimit.Min,
                "max" => SideLimit.Max,
                _ => throw JsonBody.Wrong("textDetLimitType", "min or max"),
            },
            MaxEnlargement = limit is null ? rule.MaxEnlargement : 0,
        };
    }
}
