using System.Diagnostics;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Reports;

/// <summary>How one breadth did.</summary>
/// <param name="Breadth">Candidates that the index looked at (ef).</param>
/// <param name="Recall">Share of the exact k best that it found; an item as good as the k-th counts.</param>
/// <param name="MedianMilliseconds">Time of a search.</param>
/// <param name="P95Milliseconds">Time that 95 of 100 searches stay below.</param>
internal readonly record struct AnnQualityRow(int Breadth, double Recall, double MedianMilliseconds, double P95Milliseconds);

/// <summary>How well an approximate index does on its own items, measured against the exact index.</summary>
/// <param name="K">Best matches compared.</param>
/// <param name="Queries">Items that were searched for, themselves left out of their answers.</param>
/// <param name="ExactMilliseconds">Median time of an exact search.</param>
/// <param name="Rows">By breadth.</param>
internal sealed record AnnQuality(int K, int Queries, double ExactMilliseconds, IReadOnlyList<AnnQualityRow> Rows)
{
    private static readonly int[] _breadths = [16, 32, 64, 128, 256, 512];

    /// <summary>
    /// The smallest breadth that reaches a recall; null where none does: build with more links, or search exactly.
    /// </summary>
    public int? Suggest(double recall)
    {
        foreach (var row in Rows)
        {
            if (row.Recall >= recall)
            {
                return row.Breadth;
            }
        }

        return null;
    }

    /// <summary>Measures.</summary>
    /// <param name="index">The approximate index.</param>
    /// <param name="queries">Items to search for, drawn at random.</param>
    /// <param name="k">Best matches to compare.</param>
    /// <param name="seed">Of the draw.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The index has fewer than two items.</exception>
    public static async Task<AnnQuality> MeasureAsync(IVectorIndex index, int queries = 200, int k = 10, int seed = 1, CancellationToken cancellationToken = default)
    {
        var items = new List<GalleryItem>();
        await foreach (var item in index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            items.Add(item);
        }

        if (items.Count < 2)
        {
            throw new ArgumentException($"Expected an index of two items or more, found {items.Count}.", nameof(index));
        }

        using var exact = new FlatIndex(index.Dimensions, index.Metric);
        await exact.AddAsync(items, cancellationToken).ConfigureAwait(false);
        var drawn = items.ToArray();
        new Random(seed).Shuffle(drawn);
        drawn = drawn[..Math.Min(queries, drawn.Length)];
        var (truth, times) = await SearchAsync(exact, drawn, k, null, cancellationToken).ConfigureAwait(false);
        var rows = new List<AnnQualityRow>();
        foreach (var breadth in _breadths.Where(b => b > k))
        {
            var (found, taken) = await SearchAsync(index, drawn, k, breadth, cancellationToken).ConfigureAwait(false);
            rows.Add(new AnnQualityRow(breadth, Recall(truth, found), taken[taken.Length / 2], taken[taken.Length * 95 / 100]));
        }

        return new AnnQuality(k, drawn.Length, times[times.Length / 2], rows);
    }

    private static async Task<(VectorMatch[][] Found, double[] Times)> SearchAsync(
        IVectorIndex index, GalleryItem[] queries, int k, int? breadth, CancellationToken cancellationToken)
    {
        var options = new SearchOptions { K = k + 1, Breadth = breadth };
        var found = new VectorMatch[queries.Length][];
        var times = new double[queries.Length];
        for (var q = 0; q < queries.Length; q++)
        {
            var start = Stopwatch.GetTimestamp();
            var matches = await index.SearchAsync(queries[q].Vector, options, cancellationToken).ConfigureAwait(false);
            times[q] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            found[q] = [.. matches.Where(m => m.Id != queries[q].Id).Take(k)];
        }

        Array.Sort(times);
        return (found, times);
    }

    private static double Recall(VectorMatch[][] truth, VectorMatch[][] found)
    {
        double hits = 0, all = 0;
        for (var q = 0; q < truth.Length; q++)
        {
            all += truth[q].Length;
            hits += truth[q].Length == 0 ? 0 : found[q].Count(m => m.Score >= truth[q][^1].Score);
        }

        return all == 0 ? 1 : hits / all;
    }
}
