using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>Flags of what is measured of detections: limits of their number, overlaps, areas.</summary>
internal sealed class CocoRuleFlags(Command command)
{
    private const StringSplitOptions Pieces = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    private readonly Option<int[]?> _limits = command
        .Flag<int[]?>(
            "--max-dets",
            "Best detections of an image and category that count, rising; the last one is for AP. With --lvis one number, of an image.",
            "N,N,...")
        .ReadAll("rising numbers from 1, for example 1,10,100", ReadLimits);

    private readonly Option<double[]?> _thresholds = command
        .Flag<double[]?>(
            "--iou-thresholds", "Overlaps that count as found, rising, or FROM:STEP:TO; the default is 0.5:0.05:0.95.", "T,T,...")
        .ReadAll($"1 to {CocoEvaluationOptions.MostCells} rising overlaps above 0 and up to 1, or FROM:STEP:TO", ReadThresholds);

    private readonly Option<CocoAreaRange[]?> _areas = command
        .Flag<CocoAreaRange[]?>(
            "--areas",
            "Sizes of objects in square pixels, both ends inclusive; the default is small=0..1024,medium=1024..9216,large=9216..1e10.",
            "NAME=MIN..MAX,...")
        .ReadAll("NAME=MIN..MAX with names of their own besides 'all', for example tiny=0..256", ReadAreas);

    /// <summary>Changes what the flags say.</summary>
    /// <exception cref="CliException">They contradict each other.</exception>
    public CocoEvaluationOptions Apply(ParseResult parse, CocoEvaluationOptions rules)
    {
        // An option of many values that is not given has none.
        var limits = parse.GetValue(_limits) is { Length: > 0 } given ? given : null;
        if (rules.Federated && limits?.Length > 1)
        {
            throw CliException.Usage("--max-dets takes one number with --lvis: the best detections of an image.");
        }

        return rules with
        {
            MaxDetections = limits ?? rules.MaxDetections,
            MaxDetectionsPerImage = rules.Federated && limits is not null ? limits[0] : rules.MaxDetectionsPerImage,
            IouThresholds = parse.GetValue(_thresholds) is { Length: > 0 } thresholds ? thresholds : rules.IouThresholds,
            Areas = parse.GetValue(_areas) is { Length: > 0 } areas ? [rules.Areas[0], .. areas] : rules.Areas,
        };
    }

    private static (int[]? Value, string? Bad) ReadLimits(IReadOnlyList<string> texts)
    {
        var limits = new List<int>();
        foreach (var text in Numbers.Split(texts, Pieces))
        {
            if (Numbers.Whole(text) is not { } limit || limit <= limits.LastOrDefault())
            {
                return (null, text);
            }

            limits.Add(limit);
        }

        return ([.. limits], null);
    }

    private static (double[]? Value, string? Bad) ReadThresholds(IReadOnlyList<string> texts)
    {
        var parts = Numbers.Split(texts, Pieces);
        return CocoEvaluationOptions.ParseIouThresholds(parts) is { } thresholds ? ([.. thresholds], null) : (null, string.Join(',', parts));
    }

    private static (CocoAreaRange[]? Value, string? Bad) ReadAreas(IReadOnlyList<string> texts)
    {
        var areas = new List<CocoAreaRange>();
        foreach (var text in Numbers.Split(texts, Pieces))
        {
            if (CocoAreaRange.Parse(text) is not { } area || area.Name == "all" || areas.Exists(a => a.Name == area.Name))
            {
                return (null, text);
            }

            areas.Add(area);
        }

        return ([.. areas], null);
    }
}
