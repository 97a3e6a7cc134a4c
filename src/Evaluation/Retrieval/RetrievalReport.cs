namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>
/// The figures of a retrieval evaluation. Means run over queries that have something to find; precision over all queries.
/// </summary>
public sealed record RetrievalReport
{
    private const int PaddleBlock = 64;

    /// <summary>Every query in order.</summary>
    internal IReadOnlyList<QueryOutcome> Outcomes { get; init; } = [];

    /// <summary>Share of queries with a hit within the first k ranks, by k.</summary>
    public required IReadOnlyDictionary<int, double> Recall { get; init; }

    /// <summary>Mean share of hits among the first k ranks, by k.</summary>
    public required IReadOnlyDictionary<int, double> Precision { get; init; }

    /// <summary>Mean average precision.</summary>
    public required double MeanAveragePrecision { get; init; }

    /// <summary>Mean inverse negative penalty.</summary>
    public required double MeanInverseNegativePenalty { get; init; }

    /// <summary>Mean average precision with every tie against, and for, the queries.</summary>
    public required (double Worst, double Best) MeanAveragePrecisionBounds { get; init; }

    /// <summary>Recall at 1 with every tie against, and for, the queries.</summary>
    public required (double Worst, double Best) FirstHitBounds { get; init; }

    /// <summary>Queries, all of them.</summary>
    public int Queries => Outcomes.Count;

    /// <summary>Queries that have something to find.</summary>
    public required int ValidQueries { get; init; }

    /// <summary>
    /// Adds queries up. Outcomes of shards may come in any order: the result equals that of one run, bit for bit.
    /// </summary>
    /// <exception cref="ArgumentException">No outcomes, a query twice, or outcomes of other options.</exception>
    internal static RetrievalReport Of(IReadOnlyList<QueryOutcome> outcomes, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        options ??= RetrievalOptions.Default;
        var ordered = outcomes.OrderBy(o => o.Query).ToArray();
        Check(ordered, options);
        double Mean(Func<QueryOutcome, double> value) => options.PaddleCompatible ? BlockMean(ordered, value) : ValidMean(ordered, value);
        return new RetrievalReport
        {
            Outcomes = ordered,
            ValidQueries = ordered.Count(o => o.Relevant > 0),
            Recall = ByK(options, i => Mean(o => o.Hits[i] > 0 ? 1 : 0)),
            Precision = ByK(options, i => ordered.Average(o => (double)o.Hits[i] / options.Ks[i])),
            MeanAveragePrecision = Mean(o => o.AveragePrecision),
            MeanInverseNegativePenalty = Mean(o => o.InverseNegativePenalty),
            MeanAveragePrecisionBounds = (Mean(o => o.AveragePrecisionBounds.Worst), Mean(o => o.AveragePrecisionBounds.Best)),
            FirstHitBounds = (Mean(o => o.FirstHitBounds.Worst ? 1 : 0), Mean(o => o.FirstHitBounds.Best ? 1 : 0)),
        };
    }

    /// <summary>Pairs of labels that are taken for each other at rank 1, most frequent first.</summary>
    public IReadOnlyList<(string Label, string TakenFor, int Count)> Confusions() =>
        [.. Outcomes.Where(o => o.Relevant > 0 && o.BestLabel is not null && o.BestLabel != o.Label)
            .GroupBy(o => (o.Label, o.BestLabel))
            .Select(g => (g.Key.Label, g.Key.BestLabel!, g.Count()))
            .OrderByDescending(c => c.Item3).ThenBy(c => c.Label, StringComparer.Ordinal).ThenBy(c => c.Item2, StringComparer.Ordinal)];

    private static void Check(QueryOutcome[] ordered, RetrievalOptions options)
    {
        if (ordered.Length == 0)
        {
            throw new ArgumentException("There are no queries.", nameof(ordered));
        }

        for (var i = 0; i < ordered.Length; i++)
        {
            if (i > 0 && ordered[i].Query == ordered[i - 1].Query)
            {
                throw new ArgumentException($"Query {ordered[i].Query} occurs twice.", nameof(ordered));
            }

            if (ordered[i].Hits.Count != options.Ks.Count)
            {
                throw new ArgumentException($"Query {ordered[i].Query}: expected hits at {options.Ks.Count} ranks, found {ordered[i].Hits.Count}.", nameof(ordered));
            }
        }
    }

    private static Dictionary<int, double> ByK(RetrievalOptions options, Func<int, double> value) =>
        Enumerable.Range(0, options.Ks.Count).ToDictionary(i => options.Ks[i], value);

    private static double ValidMean(QueryOutcome[] outcomes, Func<QueryOutcome, double> value) =>
        outcomes.Where(o => o.Relevant > 0).Select(value).DefaultIfEmpty(double.NaN).Average();

    // PaddleClas: the mean over a block's valid queries, weighted by all queries of the block; a block without valid ones
    // gives NaN.
    private static double BlockMean(QueryOutcome[] outcomes, Func<QueryOutcome, double> value) =>
        outcomes.Chunk(PaddleBlock).Sum(block => ValidMean(block, value) * block.Length / outcomes.Length);
}
