using System.Globalization;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>A range of object areas, both ends inclusive.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Min">Smallest area in square pixels.</param>
/// <param name="Max">Largest area in square pixels.</param>
public sealed record CocoAreaRange(string Name, double Min, double Max)
{
    /// <summary>Reads <c>NAME=MIN..MAX</c>, for example <c>tiny=0..256</c>; null where the text is none.</summary>
    internal static CocoAreaRange? Parse(string text) =>
        text.Split('=') is [{ Length: > 0 } name, var range] && range.Split("..") is [var low, var high]
        && double.TryParse(low, CultureInfo.InvariantCulture, out var min) && double.TryParse(high, CultureInfo.InvariantCulture, out var max)
        && min >= 0 && max >= min
            ? new CocoAreaRange(name, min, max)
            : null;

    internal bool Contains(double area) => area >= Min && area <= Max;
}

/// <summary>How to evaluate. The defaults are COCO's.</summary>
public sealed record CocoEvaluationOptions
{
    /// <summary>Most thresholds times areas.</summary>
    internal const int MostCells = 64;

    /// <summary>COCO's defaults on boxes.</summary>
    public static CocoEvaluationOptions Default { get; } = new();

    /// <summary>LVIS's rules on boxes: federated, the best 300 detections of each image.</summary>
    public static CocoEvaluationOptions Lvis { get; } = new() { Federated = true, MaxDetectionsPerImage = 300, MaxDetections = [300] };

    /// <summary>Boxes or masks.</summary>
    public CocoIou Iou { get; init; } = CocoIou.Box;

    /// <summary>False: one pseudo category, as for class-agnostic proposals.</summary>
    public bool UseCategories { get; init; } = true;

    /// <summary>
    /// False reproduces the COCO API, where a truth with annotation id 0 is found but its detection counts as a false positive.
    /// True treats id 0 like any other.
    /// </summary>
    public bool MatchIdZero { get; init; }

    /// <summary>
    /// Whether detections are judged only where their image says something of their category, as in LVIS: left out where the
    /// image neither has the category nor is known to lack it; never false where its annotations are not exhaustive.
    /// </summary>
    public bool Federated { get; init; }

    /// <summary>Best detections kept per image, over all categories; 0 = no limit.</summary>
    public int MaxDetectionsPerImage { get; init; }

    /// <summary>Categories processed concurrently; the numbers do not depend on it. 0 = one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>Overlaps that count as found, rising.</summary>
    public IReadOnlyList<double> IouThresholds { get; init; } = Steps(0.5, 0.95, 10);

    /// <summary>Object sizes; the first is "all".</summary>
    public IReadOnlyList<CocoAreaRange> Areas { get; init; } =
    [
        new("all", 0, 1e10), new("small", 0, 1024), new("medium", 1024, 9216), new("large", 9216, 1e10),
    ];

    /// <summary>Best detections kept per image and category, rising; matching always uses the last.</summary>
    public IReadOnlyList<int> MaxDetections { get; init; } = [1, 10, 100];

    /// <summary>Recall levels of the precision-recall curve: 101, spaced as <c>numpy.linspace</c> spaces them.</summary>
    public static IReadOnlyList<double> RecallLevels { get; } = Steps(0, 1, 101);

    internal int Degree => Threads > 0 ? Threads : Environment.ProcessorCount;

    // Whether both lead to states that can be merged.
    internal bool SameRules(CocoEvaluationOptions other) =>
        Iou == other.Iou && UseCategories == other.UseCategories && MatchIdZero == other.MatchIdZero
        && Federated == other.Federated && MaxDetectionsPerImage == other.MaxDetectionsPerImage
        && IouThresholds.SequenceEqual(other.IouThresholds) && Areas.SequenceEqual(other.Areas)
        && MaxDetections.SequenceEqual(other.MaxDetections);

    internal void Validate()
    {
        if (IouThresholds.Count == 0 || Areas.Count == 0 || IouThresholds.Count * Areas.Count > MostCells)
        {
            throw new ArgumentException(
                $"Thresholds times areas must be 1 to {MostCells}, found {IouThresholds.Count} x {Areas.Count}.", nameof(IouThresholds));
        }

        if (IouThresholds.Any(t => !(t > 0 && t <= 1)) || IouThresholds.Zip(IouThresholds.Skip(1)).Any(p => p.First >= p.Second))
        {
            throw new ArgumentException("IoU thresholds must lie in (0, 1] and ascend.", nameof(IouThresholds));
        }

        if (MaxDetections.Count == 0 || MaxDetections[0] < 1 || MaxDetectionsPerImage < 0
            || MaxDetections.Zip(MaxDetections.Skip(1)).Any(p => p.First >= p.Second))
        {
            throw new ArgumentException("Numbers of detections must be positive and ascending.", nameof(MaxDetections));
        }
    }

    /// <summary>Reads overlaps, or <c>FROM:STEP:TO</c>; null where they are none, do not rise, or are too many.</summary>
    internal static IReadOnlyList<double>? ParseIouThresholds(IReadOnlyList<string> texts)
    {
        static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
        double[] thresholds = [.. texts.Select(Number)];
        if (texts is [var only] && only.Split(':') is { Length: > 1 } parts)
        {
            var steps = parts is [var from, var step, var to] ? Math.Round((Number(to) - Number(from)) / Number(step)) : double.NaN;
            thresholds = steps is >= 1 and < MostCells ? Steps(Number(parts[0]), Number(parts[2]), (int)steps + 1) : [];
        }

        return thresholds.Length is > 0 and <= MostCells && Array.TrueForAll(thresholds, t => t > 0 && t <= 1)
            && thresholds.Zip(thresholds.Skip(1)).All(p => p.First < p.Second) ? thresholds : null;
    }

    // As numpy.linspace: start + i * step with one rounded step, and the last value exact. (0.5 + i * 0.05 differs in the
    // last bit.)
    private static double[] Steps(double first, double last, int count)
    {
        var step = (last - first) / (count - 1);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = first + (i * step);
        }

        values[^1] = last;
        return values;
    }
}
