using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>
/// Ranks a gallery for every query by inner product and measures it: recall@k, precision@k, mAP, mINP.
/// Thread-safe; the outcome does not depend on the number of threads.
/// </summary>
public static class RetrievalEvaluator
{
    /// <summary>Every item queries all the others.</summary>
    public static RetrievalReport LeaveOneOut(EvaluationSet set, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        return RetrievalReport.Of(LeaveOneOut(set, Enumerable.Range(0, set.Count).ToArray(), options, cancellationToken), options);
    }

    /// <summary>
    /// The items at these positions query all the others: a shard of
    /// <see cref="LeaveOneOut(EvaluationSet, RetrievalOptions?, CancellationToken)"/>.
    /// </summary>
    internal static IReadOnlyList<QueryOutcome> LeaveOneOut(
        EvaluationSet set, IReadOnlyList<int> queries, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Run(set, queries, set, isSameSet: true, options, cancellationToken);
    }

    /// <summary>Queries search a gallery that is a set of its own.</summary>
    /// <exception cref="ArgumentException">The dimensions differ, or the gallery is empty.</exception>
    public static RetrievalReport Evaluate(
        EvaluationSet queries, EvaluationSet gallery, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return RetrievalReport.Of(Evaluate(queries, Enumerable.Range(0, queries.Count).ToArray(), gallery, options, cancellationToken), options);
    }

    /// <summary>The queries at these positions search the gallery: a shard of the evaluation.</summary>
    internal static IReadOnlyList<QueryOutcome> Evaluate(
        EvaluationSet queries, IReadOnlyList<int> positions, EvaluationSet gallery, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        return Run(queries, positions, gallery, isSameSet: false, options, cancellationToken);
    }

    private static QueryOutcome[] Run(
        EvaluationSet queries, IReadOnlyList<int> positions, EvaluationSet gallery, bool isSameSet, RetrievalOptions? options, CancellationToken cancellationToken)
    {
        options ??= RetrievalOptions.Default;
        if (options.Ks.Any(k => k < 1))
        {
            throw new ArgumentException($"Ranks start at 1, found {options.Ks.Min()}.", nameof(options));
        }

        if (queries.Dimensions != gallery.Dimensions)
        {
            throw new ArgumentException($"Expected queries of the gallery's {gallery.Dimensions} dimensions, found {queries.Dimensions}.", nameof(queries));
        }

        if (gallery.Count == 0)
        {
            throw new ArgumentException("The gallery is empty.", nameof(gallery));
        }

        var outcomes = new QueryOutcome[positions.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken };
        Parallel.For(0, outcomes.Length, parallel, i => outcomes[i] = One(queries, positions[i], gallery, isSameSet, options));
        return outcomes;
    }

    private static QueryOutcome One(EvaluationSet queries, int query, EvaluationSet gallery, bool isSameSet, RetrievalOptions options)
    {
        var (label, group) = (queries.Labels[query], queries.Groups?[query]);
        var relevant = new List<(float Score, int Index)>();
        var others = new List<(float Score, int Index)>(gallery.Count);
        for (var i = 0; i < gallery.Count; i++)
        {
            var isSameLabel = gallery.Labels[i] == label;
            var isExcluded = (isSameSet && i == query) || (isSameLabel && group is not null && gallery.Groups?[i] == group);
            if (!isExcluded)
            {
                (isSameLabel ? relevant : others).Add((TensorPrimitives.Dot(queries[query], gallery[i]), i));
            }
            else if (options.PaddleCompatible)
            {
                others.Add((0, i));
            }
        }

        return Measure(query, label, gallery.Labels, relevant, others, options);
    }

    private static QueryOutcome Measure(
        int query, string label, IReadOnlyList<string> labels, List<(float Score, int Index)> relevant, List<(float Score, int Index)> others, RetrievalOptions options)
    {
        var ranks = QueryRanking.Strict(relevant, others);
        var worst = QueryRanking.Bound(relevant, others, against: true);
        var best = QueryRanking.Bound(relevant, others, against: false);
        var divisor = ranks.Length == 0 ? 0 : options.PaddleCompatible ? ranks[^1] - 1 : ranks[^1];
        return new QueryOutcome
        {
            Query = query,
            Label = label,
            Relevant = ranks.Length,
            Hits = [.. options.Ks.Select(k => ranks.Count(r => r <= k))],
            AveragePrecision = AveragePrecision(ranks),
            InverseNegativePenalty = ranks.Length == 0 ? 0 : (double)ranks.Length / divisor,
            AveragePrecisionBounds = (AveragePrecision(worst), AveragePrecision(best)),
            FirstHitBounds = (worst is [1, ..], best is [1, ..]),
            BestLabel = ranks is [1, ..] ? label : First(others) is { } first ? labels[first] : null,
        };
    }

    private static double AveragePrecision(ReadOnlySpan<int> ranks)
    {
        double sum = 0;
        for (var i = 0; i < ranks.Length; i++)
        {
            sum += (i + 1.0) / ranks[i];
        }

        return ranks.Length == 0 ? 0 : sum / ranks.Length;
    }

    private static int? First(List<(float Score, int Index)> items)
    {
        int? found = null;
        var score = float.NegativeInfinity;
        foreach (var item in CollectionsMarshal.AsSpan(items))
        {
            if (found is null || item.Score > score)
            {
                (found, score) = (item.Index, item.Score);
            }
        }

        return found;
    }
}
