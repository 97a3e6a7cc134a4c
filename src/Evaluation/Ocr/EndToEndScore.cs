using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>
/// PaddleOCR's end-to-end figures: matched in descending order of IoU of at least 0.5 on convex hulls, a hit
/// where the texts are equal, and edit distances over everything. Sums of whole numbers, so shards merge exactly.
/// </summary>
public sealed record EndToEndScore
{
    private const double MinOverlap = 0.5;
    private const double Epsilon = 1e-9;

    /// <summary>Images.</summary>
    public long Images { get; init; }

    /// <summary>Truths that count.</summary>
    public long Truths { get; init; }

    /// <summary>Results that count.</summary>
    public long Results { get; init; }

    /// <summary>Matched results with the right text.</summary>
    public long Hits { get; init; }

    /// <summary>Edits over matched pairs, and whole lengths of what was not matched.</summary>
    public long Edits { get; init; }

    /// <summary>Characters of the truths that count.</summary>
    public long Characters { get; init; }

    /// <summary>Hits over results.</summary>
    public double Precision => Hits / (Results + Epsilon);

    /// <summary>Hits over truths.</summary>
    public double Recall => Hits / (Truths + Epsilon);

    /// <summary>Harmonic mean of both.</summary>
    public double FMeasure => 2 * Precision * Recall / (Precision + Recall + Epsilon);

    /// <summary>1 minus edits over characters; may be negative.</summary>
    public double CharacterAccuracy => 1 - (Edits / (Characters + Epsilon));

    /// <summary>Both sums.</summary>
    public static EndToEndScore operator +(EndToEndScore a, EndToEndScore b) => a.Add(b);

    /// <summary>Judges one image.</summary>
    /// <param name="truths">The truth; don't-care regions among it.</param>
    /// <param name="results">What was read.</param>
    /// <param name="ignoreSpaces">Whether spaces of matched texts are removed before they are compared.</param>
    public static EndToEndScore Of(IReadOnlyList<TextPolygon> truths, IReadOnlyList<TextPolygon> results, bool ignoreSpaces = true)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(results);
        var truthHulls = truths.Select(t => ConvexHull.Of(t.Points)).ToList();
        var resultHulls = results.Select(t => ConvexHull.Of(t.Points)).ToList();
        var overlaps = from t in Enumerable.Range(0, truths.Count)
                       from r in Enumerable.Range(0, results.Count)
                       let overlap = Polygon.IntersectionOverUnion(truthHulls[t], resultHulls[r])
                       where overlap >= MinOverlap
                       orderby overlap descending
                       select (t, r);
        var truthOf = new int[results.Count];
        Array.Fill(truthOf, -1);
        var taken = new bool[truths.Count];
        foreach (var (t, r) in overlaps)
        {
            if (!taken[t] && truthOf[r] < 0)
            {
                (taken[t], truthOf[r]) = (true, t);
            }
        }

        var (counted, hits, edits, characters, found) = (0L, 0L, 0L, 0L, 0L);
        for (var r = 0; r < results.Count; r++)
        {
            if (truthOf[r] >= 0 && truths[truthOf[r]].IsDontCare)
            {
                continue;
            }

            found++;
            if (truthOf[r] < 0)
            {
                edits += EditDistance.Length(results[r].Text);
                continue;
            }

            var (read, truth) = (Form(results[r].Text, ignoreSpaces), Form(truths[truthOf[r]].Text, ignoreSpaces));
            edits += EditDistance.Between(read, truth);
            characters += EditDistance.Length(truth);
            hits += read == truth ? 1 : 0;
            counted++;
        }

        for (var t = 0; t < truths.Count; t++)
        {
            if (!taken[t] && !truths[t].IsDontCare)
            {
                var length = EditDistance.Length(truths[t].Text);
                (edits, characters, counted) = (edits + length, characters + length, counted + 1);
            }
        }

        return new EndToEndScore { Images = 1, Truths = counted, Results = found, Hits = hits, Edits = edits, Characters = characters };
    }

    /// <summary>This and another score.</summary>
    public EndToEndScore Add(EndToEndScore other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new EndToEndScore
        {
            Images = Images + other.Images,
            Truths = Truths + other.Truths,
            Results = Results + other.Results,
            Hits = Hits + other.Hits,
            Edits = Edits + other.Edits,
            Characters = Characters + other.Characters,
        };
    }

    private static string Form(string text, bool ignoreSpaces)
    {
        var half = TextForms.HalfWidth(text);
        return ignoreSpaces ? TextForms.WithoutSpaces(half) : half;
    }
}
