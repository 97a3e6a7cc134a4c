using System.Numerics.Tensors;
using PPLCNet.Vision.Retrieval.Filters;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// The exact search: every row with every query. Many queries share one pass over memory: a tile of rows stays in the
/// second-level cache while all queries run over it, four rows and four queries at a time in registers.
/// </summary>
internal static class FlatScan
{
    private const int TileBytes = 128 << 10;
    private const int QueriesPerPass = 128; // more than that and the queries themselves fall out of the cache

    /// <summary>
    /// Offers the rows from <paramref name="from"/> (a multiple of 64) to <paramref name="to"/> to the heap of every query.
    /// </summary>
    /// <remarks>
    /// Queries are padded to the stride, lie one after another, and are padded to a multiple of four; there is a part and a
    /// heap for each.
    /// </remarks>
    public static void Run(
        FlatStore store, int from, int to, ReadOnlySpan<float> queries, ReadOnlySpan<float> queryParts, Span<TopK> tops, ItemFilter? filter, CancellationToken cancellationToken)
    {
        var stride = store.Vectors.Stride;
        var tile = Math.Clamp(TileBytes / (stride * sizeof(float)) & ~3, DotKernel.Rows, 256);
        Span<float> scores = stackalloc float[DotKernel.Queries * tile];
        for (var pass = 0; pass < tops.Length; pass += QueriesPerPass)
        {
            var end = Math.Min(tops.Length, pass + QueriesPerPass);
            for (int row = from, rows; row < to; row += rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows = Math.Min(Math.Min(tile, to - row), store.Vectors.RowsPerBlock - (row & (store.Vectors.RowsPerBlock - 1)));
                var padded = (rows + DotKernel.Rows - 1) & ~(DotKernel.Rows - 1);
                ref var first = ref store.Vectors.Row(row);
                for (var q = pass; q < end; q += DotKernel.Queries)
                {
                    var group = Math.Min(DotKernel.Queries, end - q);
                    ref readonly var query = ref queries[q * stride];
                    if (group == 1)
                    {
                        DotKernel.ByOne(in first, stride, in query, scores[..padded]);
                    }
                    else
                    {
                        DotKernel.ByFour(in first, stride, padded, in query, scores);
                    }

                    for (var i = 0; i < group; i++)
                    {
                        Select(store, row, scores.Slice(i * padded, rows), queryParts[q + i], ref tops[q + i], filter);
                    }
                }
            }
        }
    }

    private static void Select(FlatStore store, int firstRow, Span<float> scores, float queryPart, ref TopK top, ItemFilter? filter)
    {
        if (!store.RowParts.IsEmpty)
        {
            AddParts(store.RowParts.Slice(firstRow, scores.Length), queryPart, scores);
        }

        // Most tiles hold nothing good enough: one vectorized look at the largest score tells.
        if (!(TensorPrimitives.Max(scores) >= top.Threshold))
        {
            return;
        }

        var ids = store.Items.Ids.Slice(firstRow, scores.Length);
        for (var i = 0; i < scores.Length; i++)
        {
            // The filter runs last: it is asked only about rows whose score would do.
            if (scores[i] >= top.Threshold && (filter is null || store.Items.Matches(filter, firstRow + i)))
            {
                top.Offer(new Scored(scores[i], ids[i], firstRow + i));
            }
        }
    }

    private static void AddParts(ReadOnlySpan<float> rowParts, float queryPart, Span<float> scores)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] += rowParts[i] + queryPart;
        }
    }
}
