using System.Buffers;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>Heaps, threads and the public form of the answers around the scans.</summary>
internal static class FlatSearch
{
    // Codes save memory traffic, which a batch has spread over its queries already; from here on the float kernel is sooner done.
    private const int QueriesBetterInFloat = 8;

    /// <summary>Searches every row. The caller holds the reader's lock.</summary>
    public static IReadOnlyList<IReadOnlyList<VectorMatch>> Run(
        FlatStore store, QueryBlock queries, SearchOptions options, int threads, CancellationToken cancellationToken)
    {
        var k = Math.Min(options.K, Math.Max(1, store.Items.Count));
        var blockRows = store.Vectors.RowsPerBlock;
        var blocks = (store.Items.Count + blockRows - 1) / blockRows;
        threads = Math.Clamp(threads, 1, Math.Max(1, blocks));
        var parts = new float[queries.Count];
        for (var q = 0; q < parts.Length; q++)
        {
            parts[q] = store.QueryPart(queries[q]);
        }

        var pool = ArrayPool<Scored>.Shared.Rent(threads * queries.Count * k);
        try
        {
            var tops = new TopK[threads * queries.Count];
            for (var i = 0; i < tops.Length; i++)
            {
                tops[i] = new TopK(pool.AsMemory(i * k, k), options.MinScore);
            }

            void Part(int thread)
            {
                var from = (int)((long)blocks * thread / threads) * blockRows;
                var to = Math.Min(store.Items.Count, (int)((long)blocks * (thread + 1) / threads) * blockRows);
                var own = tops.AsSpan(thread * queries.Count, queries.Count);
                if (store.Codes is null || queries.Count >= QueriesBetterInFloat)
                {
                    FlatScan.Run(store, from, to, queries.Values, parts, own, options.Filter, cancellationToken);
                }
                else
                {
                    Int8Scan.Run(store, from, to, queries.Values, parts, own, k, options.Filter, cancellationToken);
                }
            }

            if (threads == 1)
            {
                Part(0);
            }
            else
            {
                Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, Part);
            }

            return Collect(store, tops, queries.Count);
        }
        finally
        {
            ArrayPool<Scored>.Shared.Return(pool);
        }
    }

    /// <summary>The public form of what a heap holds, best first.</summary>
    public static VectorMatch[] Matches(FlatStore store, in TopK top)
    {
        var found = top.Sorted();
        var matches = new VectorMatch[found.Length];
        for (var i = 0; i < matches.Length; i++)
        {
            matches[i] = store.Items.Match(found[i]);
        }

        return matches;
    }

    private static VectorMatch[][] Collect(FlatStore store, TopK[] tops, int queries)
    {
        var answers = new VectorMatch[queries][];
        for (var q = 0; q < queries; q++)
        {
            ref var top = ref tops[q];
            for (var other = q + queries; other < tops.Length; other += queries)
            {
                top.Merge(tops[other]);
            }

            answers[q] = Matches(store, top);
        }

        return answers;
    }
}
