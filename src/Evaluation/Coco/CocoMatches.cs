using PPLCNet.Vision.Evaluation.Coco.Accumulation;
using PPLCNet.Vision.Evaluation.Coco.Matching;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// What matching found, before averaging: the state of an evaluation. States of disjoint images merge, and merging them in
/// any order gives the same bits as one evaluation of all images. Immutable and thread-safe.
/// </summary>
public sealed class CocoMatches
{
    internal CocoMatches(CocoEvaluationOptions options, CocoCategory[] categories, long[] imageIds, CategoryMatches[] matches)
    {
        Options = options;
        Categories = categories;
        ImageIds = imageIds;
        Matches = matches;
    }

    /// <summary>How it was evaluated.</summary>
    public CocoEvaluationOptions Options { get; }

    /// <summary>Categories, rising ids; one pseudo category where categories are not used.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Images that took part, rising ids.</summary>
    public IReadOnlyList<long> ImageIds { get; }

    /// <summary>Of each category.</summary>
    internal CategoryMatches[] Matches { get; }

    /// <summary>Joins the states of shards.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="DataFormatException">They were evaluated differently, have other categories, or share an
    /// image.</exception>
    public static CocoMatches Merge(IReadOnlyList<CocoMatches> parts)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("Expected at least one state to merge.", nameof(parts));
        }

        var first = parts[0];
        foreach (var part in parts)
        {
            if (!first.Options.SameRules(part.Options))
            {
                throw new DataFormatException("expected states of one kind of evaluation, found different overlaps, thresholds, areas or limits.");
            }

            if (!first.Categories.Select(c => c.Id).SequenceEqual(part.Categories.Select(c => c.Id)))
            {
                throw new DataFormatException("expected states with the same categories, found different ones.");
            }
        }

        var images = parts.SelectMany(p => p.ImageIds).ToArray();
        Array.Sort(images);
        for (var i = 1; i < images.Length; i++)
        {
            if (images[i] == images[i - 1])
            {
                throw new DataFormatException($"expected states of different images, found image {images[i]} twice.");
            }
        }

        var merged = first.Matches.Select((_, k) => CategoryMatches.Merge([.. parts.Select(p => p.Matches[k])])).ToArray();
        return new CocoMatches(first.Options, [.. first.Categories], images, merged);
    }

    /// <summary>Averages into precision, recall and COCO's numbers.</summary>
    public CocoEvaluation Accumulate() => Accumulate([]);

    internal CocoEvaluation Accumulate(IReadOnlyList<string> warnings) => new(this, Accumulator.Run(this), warnings);
}
