using PPLCNet.Vision.Retrieval.Filters;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// The same answers as <see cref="FlatScan"/> from a quarter of the memory traffic. Every row gets an interval that holds its
/// exact score; rows whose upper end reaches the k-th best lower end are candidates, and candidates are scored exactly until
/// none can enter any more. Nothing is tuned and nothing is lost: a gallery that codes badly only has more candidates.
/// </summary>
internal static class Int8Scan
{
    private const int TileBytes = 128 << 10;

    /// <summary>
    /// Offers the rows from <paramref name="from"/> to <paramref name="to"/> to the heap of every query; as
    /// <see cref="FlatScan.Run"/>.
    /// </summary>
    public static void Run(
        FlatStore store, int from, int to, ReadOnlySpan<float> queries, ReadOnlySpan<float> queryParts, Span<TopK> tops, int k, ItemFilter? filter, CancellationToken cancellationToken)
    {
        var codes = store.Codes!;
        var stride = codes.Blocks.Stride;
        var tile = Math.Clamp(TileBytes / stride, 64, 1024);
        var searches = new Search[tops.Length];
        for (var q = 0; q < searches.Length; q++)
        {
            var query = queries.Slice(q * store.Vectors.Stride, store.Dimensions);
            searches[q] = new Search(store, new Int8Query(query, stride), queryParts[q], k, tops[q].Threshold, filter);
        }

        Span<int> coarse = stackalloc int[tile];
        Span<int> fine = stackalloc int[tile];
        for (int row = from, rows; row < to; row += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows = Math.Min(Math.Min(tile, to - row), codes.Blocks.RowsPerBlock - (row & (codes.Blocks.RowsPerBlock - 1)));
            ref var first = ref codes.Blocks.Row(row);
            foreach (var search in searches)
            {
                Int8Kernel.Run(in first, stride, search.Query.Coarse, search.Query.Fine, coarse[..rows], fine[..rows]);
                search.Take(row, coarse[..rows], fine[..rows]);
            }
        }

        for (var q = 0; q < searches.Length; q++)
        {
            searches[q].Finish(queries.Slice(q * store.Vectors.Stride, store.Vectors.Stride), ref tops[q]);
        }
    }

    /// <summary>One query's bounds and candidates.</summary>
    private sealed class Search(FlatStore store, Int8Query query, float queryPart, int k, float minScore, ItemFilter? filter)
    {
        private readonly List<(float Upper, int Row)> _candidates = new(1024);
        private TopK _lower = new(new Scored[k], float.NegativeInfinity);
        private readonly float _minScore = minScore;
        private float _threshold = minScore;

        public Int8Query Query => query;

        /// <summary>Takes a tile of integer products.</summary>
        public void Take(int firstRow, ReadOnlySpan<int> coarse, ReadOnlySpan<int> fine)
        {
            var rows = store.Codes!.Rows.Slice(firstRow, coarse.Length);
            var parts = store.RowParts;
            for (var i = 0; i < coarse.Length; i++)
            {
                var (score, bound) = query.Score(coarse[i], fine[i], in rows[i]);
                if (!parts.IsEmpty)
                {
                    var part = parts[firstRow + i] + queryPart;
                    score += part;
                    bound += 1e-6f * MathF.Abs(part);
                }

                if (score + bound >= _threshold && (filter is null || store.Items.Matches(filter, firstRow + i)))
                {
                    Add(firstRow + i, score, bound);
                }
            }
        }

        /// <summary>Scores the candidates exactly, the most promising first.</summary>
        public void Finish(ReadOnlySpan<float> paddedQuery, ref TopK top)
        {
            _candidates.RemoveAll(c => c.Upper < _threshold);
            _candidates.Sort(static (a, b) => b.Upper.CompareTo(a.Upper));
            Span<int> rows = stackalloc int[DotKernel.Rows * 4];
            for (var i = 0; i < _candidates.Count && _candidates[i].Upper >= top.Threshold; i += rows.Length)
            {
                var n = Math.Min(rows.Length, _candidates.Count - i);
                for (var j = 0; j < n; j++)
                {
                    rows[j] = _candidates[i + j].Row;
                }

                store.Rescore(rows[..n], paddedQuery, queryPart, ref top);
            }
        }

        private void Add(int row, float score, float bound)
        {
            _lower.Offer(new Scored(score - bound, row, row));
            _threshold = Math.Max(_minScore, _lower.Threshold);
            if (_candidates.Count == _candidates.Capacity)
            {
                _candidates.RemoveAll(c => c.Upper < _threshold);
                _candidates.EnsureCapacity(Math.Max(1024, _candidates.Count * 2));
            }

            _candidates.Add((score + bound, row));
        }
    }
}
