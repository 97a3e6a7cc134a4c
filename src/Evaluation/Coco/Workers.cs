using System.Collections.Concurrent;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>Spreads numbered pieces of work over threads, the largest first.</summary>
internal static class Workers
{
    /// <summary>Works on every piece once; each worker has its own scratch space.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="size">How large a piece is.</param>
    /// <param name="threads">Pieces processed concurrently.</param>
    /// <param name="scratch">Makes a worker's scratch space.</param>
    /// <param name="work">Does a piece.</param>
    public static void ForEach<T>(int count, Func<int, int> size, int threads, Func<T> scratch, Action<T, int> work)
    {
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(size)];
        Parallel.ForEach(
            Partitioner.Create(order, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            scratch,
            (piece, _, space) =>
            {
                work(space, piece);
                return space;
            },
            _ => { });
    }
}
