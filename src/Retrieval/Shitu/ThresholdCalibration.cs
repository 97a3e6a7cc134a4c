using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>
/// When a thing counts as unknown and how sure its name is, learned from the gallery itself by leaving out each item in turn.
/// These are two questions:
/// a stranger is like nothing in the gallery, which <see cref="Threshold"/> tells by the best score; and a thing may be like two
/// labels, which
/// <see cref="Probability"/> tells by how far the second one is behind.
/// </summary>
public sealed record ThresholdCalibration
{
    /// <summary>An object whose best match has a lower score is a stranger.</summary>
    public required float Threshold { get; init; }

    /// <summary>
    /// Share of strangers that would pass: of <see cref="CalibrationOptions.Strangers"/> where there were any, else of the items
    /// if their own label were
    /// not in the gallery, which in a gallery of like things is mostly labels that look alike.
    /// </summary>
    public required double FalseAcceptRate { get; init; }

    /// <summary>Share of items that another item of their label would let pass; NaN where every label has one item.</summary>
    public required double TrueAcceptRate { get; init; }

    /// <summary>Share of items that pass and whose best match among the others is of their label; NaN where every label has one
    /// item.</summary>
    public required double RightRate { get; init; }

    /// <summary>How likely the best label is the right one; null where fewer than twenty items have another of their label, which
    /// is too little to learn
    /// from.</summary>
    public LabelProbability? Probability { get; init; }

    /// <summary>Items that were looked at.</summary>
    public required int Items { get; init; }

    /// <summary>Calibrates to a rate of strangers, of which <see cref="CalibrationOptions.LeastKnownRate"/> may let more
    /// pass.</summary>
    /// <param name="index">The gallery, with at least two labels.</param>
    /// <param name="falseAcceptRate">Target, 0 to 1.</param>
    /// <param name="maxItems">Items to look at, evenly spread over the ids.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="ArgumentException">The gallery has fewer than two labels, or the target is outside 0 to 1.</exception>
    public static Task<ThresholdCalibration> FromAsync(
        IVectorIndex index, double falseAcceptRate = 0.01, int maxItems = 2000, CancellationToken cancellationToken = default) =>
        FromAsync(index, new CalibrationOptions { FalseAcceptRate = falseAcceptRate, MaxItems = maxItems }, cancellationToken);

    /// <summary>Calibrates.</summary>
    /// <param name="index">The gallery, with at least two labels.</param>
    /// <param name="options">What to aim at.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="ArgumentException">The gallery has fewer than two labels, or a rate is outside 0 to 1.</exception>
    public static async Task<ThresholdCalibration> FromAsync(IVectorIndex index, CalibrationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var items = await SampleAsync(index, options.MaxItems, cancellationToken).ConfigureAwait(false);
        var found = await LeftOut.SearchAsync(index, items, cancellationToken).ConfigureAwait(false);
        float[] others = [.. found.Where(f => f.Other is not null).Select(f => f.Other!.Value)];
        if (others.Length == 0)
        {
            throw new ArgumentException("Calibration needs a gallery with at least two labels.", nameof(index));
        }

        LeftOut[] known = [.. found.Where(f => f is { Own: not null, Other: not null, RunnerUp: not null })];
        var strangers = options.Strangers.Count == 0 ? others : await BestAsync(index, options.Strangers, cancellationToken).ConfigureAwait(false);
        var threshold = Above(strangers, options.FalseAcceptRate);
        if (options.Strangers.Count == 0 && options.LeastKnownRate > 0)
        {
            // Where no label has two items nothing tells what known things score; then the bulk of unlike labels tells what
            // strangers do.
            threshold = Math.Min(threshold, known.Length > 0
                ? Reached([.. known.Select(Best)], options.LeastKnownRate)
                : UnlikeLabels.Threshold(items, index.Metric, options.FalseAcceptRate));
        }

        return new ThresholdCalibration
        {
            Threshold = threshold,
            FalseAcceptRate = Share(strangers, s => s >= threshold),
            TrueAcceptRate = Share(known, k => k.Own >= threshold),
            RightRate = Share(known, k => k.IsRight && k.Own >= threshold),
            Probability = LabelProbability.Fit([.. known.Select(k => (Best(k), k.RunnerUp!.Value, k.IsRight))], index.Metric),
            Items = items.Count,
        };
    }

    /// <summary>What was learned from this state of a gallery before, or else calibrates and keeps the answer beside the gallery
    /// file.</summary>
    /// <exception cref="ArgumentException">The gallery has fewer than two labels, or a rate is outside 0 to 1.</exception>
    public static Task<ThresholdCalibration> FindOrLearnAsync(
        Gallery gallery, CalibrationOptions? options = null, CancellationToken cancellationToken = default) =>
        CalibrationFile.FindOrLearnAsync(gallery, options ?? new CalibrationOptions(), cancellationToken);

    private static float Best(LeftOut item) => Math.Max(item.Own!.Value, item.Other!.Value);

    private static double Share<T>(IReadOnlyCollection<T> all, Func<T, bool> which) => all.Count == 0 ? double.NaN : all.Count(which) / (double)all.Count;

    /// <summary>The lowest threshold that lets at most this share of the scores pass.</summary>
    private static float Above(float[] scores, double share)
    {
        // The first score that must be refused: the threshold lies just above it.
        var descending = scores.OrderDescending().ToArray();
        var allowed = (int)Math.Floor(share * descending.Length);
        return allowed < descending.Length ? MathF.BitIncrement(descending[allowed]) : descending[^1];
    }

    /// <summary>The highest threshold that lets at least this share of the scores pass.</summary>
    private static float Reached(float[] scores, double share)
    {
        var needed = (int)Math.Ceiling(share * scores.Length);
        return scores.OrderDescending().ElementAt(Math.Max(needed, 1) - 1);
    }

    private static async Task<float[]> BestAsync(IVectorIndex index, IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken)
    {
        var answers = await index.SearchAsync(queries, new SearchOptions { K = 1 }, cancellationToken).ConfigureAwait(false);
        return [.. answers.Where(a => a.Count > 0).Select(a => a[0].Score)];
    }

    private static async Task<List<GalleryItem>> SampleAsync(IVectorIndex index, int maxItems, CancellationToken cancellationToken)
    {
        var count = await index.CountAsync(cancellationToken).ConfigureAwait(false);
        var step = Math.Max(1, (count + maxItems - 1) / maxItems);
        var items = new List<GalleryItem>();
        var position = 0L;
        await foreach (var item in index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (position++ % step == 0)
            {
                items.Add(item);
            }
        }

        return items;
    }
}
