using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Detection.Evaluation;

/// <summary>
/// The category of a truth that each class of a model is. Names decide, because tools number categories anew when they export;
/// numbers decide only where one side has no names. Immutable.
/// </summary>
internal sealed class CategoryPairs
{
    // VOC's words for COCO's, as models and truths mix them.
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["sofa"] = "couch", ["tvmonitor"] = "tv", ["aeroplane"] = "airplane", ["motorbike"] = "motorcycle",
    };

    private CategoryPairs(CocoCategory?[] ofClass, CocoCategory[] unpaired)
    {
        OfClass = ofClass;
        Unpaired = unpaired;
    }

    /// <summary>Category of each class; null where the truth has none.</summary>
    public IReadOnlyList<CocoCategory?> OfClass { get; }

    /// <summary>Categories of the truth that no class is.</summary>
    public IReadOnlyList<CocoCategory> Unpaired { get; }

    /// <summary>Pairs the classes of a detector.</summary>
    /// <exception cref="DataFormatException">No category is a class of the model, or a name stands for several.</exception>
    public static CategoryPairs Of(IObjectDetector detector, CocoGroundTruth truth)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(truth);
        var byName = HaveNames(detector, truth);
        var ofClass = byName ? PairByName(detector, truth) : [.. detector.CategoryIds.Select(id => Numbered(truth, id))];
        CocoCategory[] unpaired = [.. truth.Categories.Except(ofClass.OfType<CocoCategory>())];
        if (ofClass.All(c => c is null))
        {
            var own = byName ? detector.Labels : [.. detector.CategoryIds.Select(id => $"{id}")];
            throw new DataFormatException(
                $"'{truth.Source}': expected categories that '{detector.Name}' knows ({Few(own)}), "
                + $"found none of them among {Few([.. truth.Categories.Select(c => byName ? c.Name : $"{c.IdText ?? $"{c.Id}"}")])}.");
        }

        return new CategoryPairs(ofClass, unpaired);
    }

    /// <summary>
    /// What to tell where results that carry the model's numbers will be compared with a truth that numbers otherwise; else null.
    /// </summary>
    public static string? Warning(IObjectDetector detector, CocoGroundTruth truth)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(truth);
        if (!HaveNames(detector, truth))
        {
            return null;
        }

        var other = PairByName(detector, truth, isLenient: true)
            .Zip(detector.CategoryIds, detector.Labels)
            .FirstOrDefault(p => p.First is { } category && (category.IdText is not null || category.Id != p.Second));
        return other.First is not { } category ? null
            : $"'{truth.Source}' numbers its categories otherwise than '{detector.Name}': '{other.Third}' is {category.IdText ?? $"{category.Id}"} there "
                + $"and {other.Second} in the results. `eval coco` compares numbers; `eval detector` pairs by name.";
    }

    // A category without a name is read as one whose name is its number.
    private static bool HaveNames(IObjectDetector detector, CocoGroundTruth truth) =>
        detector.Labels.Count > 0 && truth.Categories.Any(c => c.Name != (c.IdText ?? $"{c.Id}"));

    private static CocoCategory?[] PairByName(IObjectDetector detector, CocoGroundTruth truth, bool isLenient = false)
    {
        var byName = truth.Categories.ToLookup(c => Key(c.Name), StringComparer.Ordinal);
        return [.. detector.Labels.Select((label, i) => byName[Key(label)].ToList() switch
        {
            [] => null,
            [var only] => only,
            var several => several.Find(c => c.IdText is null && i < detector.CategoryIds.Count && c.Id == detector.CategoryIds[i])
                ?? (isLenient ? null : throw new DataFormatException(
                    $"'{truth.Source}': expected one category '{label}', found {several.Count}: "
                    + $"{string.Join(", ", several.Select(c => c.IdText ?? $"{c.Id}"))}, none of them the number that '{detector.Name}' has for it.")),
        })];
    }

    private static CocoCategory? Numbered(CocoGroundTruth truth, int id) =>
        truth.CategoryPosition(id) is >= 0 and var position ? truth.Categories[position] : null;

    // Case, spaces, hyphens and underscores are matters of taste.
    private static string Key(string name)
    {
        var key = string.Concat(name.ToLowerInvariant().Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '_')));
        return Synonyms.GetValueOrDefault(key, key);
    }

    /// <summary>A list for a message.</summary>
    internal static string Few(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(20)) + (names.Count > 20 ? $", ... ({names.Count} in all)" : "");
}
