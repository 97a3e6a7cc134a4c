using System.Buffers;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>Heaps, threads and the public form of the answers around the scans.</summary>
internal static class FlatSearch
{
    // Codes save memory traffic, which a batch has spread over its queries already; from here on the float kernel is faster.
    private const int QueriesBetterInFloat = 8;

    // Room for the heaps of a pass, all threads together: 256 MB. More queries, or a larger k, take more passes.
    private const int ScoredPerPass = 16 << 20;

    /// <summary>Searches every row. The caller holds the reader's lock of <paramref name="gate"/>.</summary>
    public static IReadOnlyList<IReadOnlyList<VectorMatch>> Run(
        FlatStore store, QueryBlock queries, SearchOptions options, int threads, ReaderWriterLockSlim gate, CancellationToken cancellationToken)
    {
        var k = Math.Min(options.K, Math.Max(1, store.Items.Count));
        var blocks = (store.Items.Count + store.Vectors.RowsPerBlock - 1) / store.Vectors.RowsPerBlock;
        threads = (int)Math.Clamp(Math.Min(threads, ScoredPerPass / (long)k), 1, Math.Max(1, blocks));

        // The kernels take four queries at a time, or one.
        var perPass = (int)Math.Min(queries.Count, ScoredPerPass / ((long)k * threads));
        perPass = perPass >= queries.Count ? queries.Count : perPass >= DotKernel.Queries ? perPass / DotKernel.Queries * DotKernel.Queries : 1;
        var answers = new VectorMatch[queries.Count][];
        for (var from = 0; from < answers.Length; from += perPass)
        {
            Pass(store, queries, from, answers.AsSpan(from, Math.Min(perPass, answers.Length - from)), k, blocks, options, threads, gate, cancellationToken);
        }

        return answers;
    }

    private static void Pass(
        FlatStore store,
        QueryBlock queries,
        int first,
        Span<VectorMatch[]> answers,
        int k,
        int blocks,
        SearchOptions options,
        int threads,
        ReaderWriterLockSlim gate,
        CancellationToken cancellationToken)
    {
        var count = answers.Length;
        var parts = new float[count];
        for (var q = 0; q < count; q++)
        {
            parts[q] = store.QueryPart(queries[first + q]);
        }

        var pool = ArrayPool<Scored>.Shared.Rent(threads * count * k);
        try
        {
            var tops = new TopK[threads * count];
            for (var i = 0; i < tops.Length; i++)
            {
                tops[i] = new TopK(pool.AsMemory(i * k, k), options.MinScore);
            }

            void Part(int thread)
            {
                var blockRows = store.Vectors.RowsPerBlock;
                var from = (int)((long)blocks * thread / threads) * blockRows;
                var to = (int)Math.Min(store.Items.Count, (long)blocks * (thread + 1) / threads * blockRows);
                var own = tops.AsSpan(thread * count, count);
                var values = queries.Values[(first * queries.Stride)..];
                if (store.Codes is null || count >= QueriesBetterInFloat)
                {
                    FlatScan.Run(store, from, to, values, parts, own, options.Filter, cancellationToken);
                }
                else
                {
                    Int8Scan.Run(store, from, to, values, parts, own, k, options.Filter, cancellationToken);
                }
            }

            if (threads == 1)
            {
                Part(0);
            }
            else
            {
                Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, thread =>
                {
                    using var sharing = gate.ShareRead();
                    Part(thread);
                });
            }

            Collect(store, tops, answers);
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

    private static void Collect(FlatStore store, TopK[] tops, Span<VectorMatch[]> answers)
    {
        for (var q = 0; q < answers.Length; q++)
        {
            ref var top = ref tops[q];
            for (var other = q + answers.Length; other < tops.Length; other += answers.Length)
            {
                top.Merge(tops[other]);
            }

            answers[q] = Matches(store, top);
        }
    }
}
