using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>
/// The score below which an object should count as unknown, learnt from the gallery itself: each item searches the others once without
/// its own label (what an unknown thing would score) and once within it (what a known thing scores).
/// </summary>
public sealed record ThresholdCalibration
{
    /// <summary>The lowest threshold that keeps <see cref="FalseAcceptRate"/> at or below the target.</summary>
    public required float Threshold { get; init; }

    /// <summary>Share of items that would be taken for something else if their own label were not in the gallery.</summary>
    public required double FalseAcceptRate { get; init; }

    /// <summary>Share of items that another item of their label would still name; NaN where every label has one item.</summary>
    public required double TrueAcceptRate { get; init; }

    /// <summary>Items that were looked at.</summary>
    public required int Items { get; init; }

    /// <summary>Calibrates.</summary>
    /// <param name="index">The gallery, with at least two labels.</param>
    /// <param name="falseAcceptRate">Target, 0 to 1.</param>
    /// <param name="maxItems">Items to look at, evenly spread over the ids.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="ArgumentException">The gallery has fewer than two labels, or the target is outside 0 to 1.</exception>
    public static async Task<ThresholdCalibration> FromAsync(
        IVectorIndex index, double falseAcceptRate = 0.01, int maxItems = 2000, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxItems, 2);
        if (falseAcceptRate is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"Expected a false-accept rate from 0 to 1, found {falseAcceptRate}.", nameof(falseAcceptRate));
        }

        var items = await SampleAsync(index, maxItems, cancellationToken).ConfigureAwait(false);
        var strangers = new List<float>();
        var friends = new List<float>();
        foreach (var group in items.GroupBy(i => i.Label))
        {
            ReadOnlyMemory<float>[] queries = [.. group.Select(i => i.Vector)];
            var label = ItemFilter.Label(group.Key);
            var others = await index.SearchAsync(queries, new SearchOptions { K = 1, Filter = ItemFilter.Not(label) }, cancellationToken).ConfigureAwait(false);
            var own = await index.SearchAsync(queries, new SearchOptions { K = 2, Filter = label }, cancellationToken).ConfigureAwait(false);
            strangers.AddRange(others.Where(m => m.Count > 0).Select(m => m[0].Score));
            friends.AddRange(group.Zip(own).SelectMany(p => p.Second.Where(m => m.Id != p.First.Id).Take(1).Select(m => m.Score)));
        }

        return strangers.Count > 0
            ? Choose([.. strangers.OrderDescending()], friends, falseAcceptRate, items.Count)
            : throw new ArgumentException("Calibration needs a gallery with at least two labels.", nameof(index));
    }

    private static ThresholdCalibration Choose(float[] strangers, List<float> friends, double target, int items)
    {
        // The first score of a stranger that must be refused: the threshold lies just above it.
        var allowed = (int)Math.Floor(target * strangers.Length);
        var threshold = allowed < strangers.Length ? MathF.BitIncrement(strangers[allowed]) : strangers[^1];
        return new ThresholdCalibration
        {
            Threshold = threshold,
            FalseAcceptRate = strangers.Count(s => s >= threshold) / (double)strangers.Length,
            TrueAcceptRate = friends.Count == 0 ? double.NaN : friends.Count(s => s >= threshold) / (double)friends.Count,
            Items = items,
        };
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
