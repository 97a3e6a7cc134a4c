using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Retrieval.Indexes;

namespace PPLCNet.Vision.Tests.Differential.Vectors;

/// <summary>A dictionary that is searched by sorting everything, in double precision.</summary>
internal sealed class PlainIndex(VectorMetric metric)
{
    private const double Tolerance = 5e-6;

    public SortedDictionary<long, GalleryItem> Items { get; } = [];

    public double Score(GalleryItem item, ReadOnlyMemory<float> query)
    {
        var (a, b) = (item.Vector.ToArray(), query.ToArray());
        return metric switch
        {
            VectorMetric.Cosine => RandomVectors.Cosine(a, b),
            VectorMetric.InnerProduct => RandomVectors.Dot(a, b),
            _ => RandomVectors.L2Score(a, b),
        };
    }

    /// <summary>Asserts that an answer is right: whole, in order, of items that are there and pass, with their scores.</summary>
    /// <param name="found">The answer.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="options">How it was asked.</param>
    /// <param name="isExact">Whether no item may be missing.</param>
    /// <returns>The part of the best items that was found.</returns>
    public double Check(IReadOnlyList<VectorMatch> found, ReadOnlyMemory<float> query, SearchOptions options, bool isExact)
    {
        var filter = options.Filter;
        var expected = Items.Values.Where(i => filter is null || filter.Matches(i)).Select(i => (Item: i, Score: Score(i, query)))
            .Where(e => e.Score >= options.MinScore).OrderByDescending(e => e.Score).ThenBy(e => e.Item.Id).Take(options.K)
                .ToList();
        Assert.Equal(found.Count, found.Select(f => f.Id).Distinct().Count());
        foreach (var match in found)
        {
            Assert.True(Items.TryGetValue(match.Id, out var item), $"found {match.Id}, which is not there");
            Assert.True(filter is null || filter.Matches(item), $"found {match.Id}, which the filter holds back");
            Assert.Equal(item.Label, match.Label);
            Assert.Equal(item.Metadata.OrderBy(m => m.Key), match.Metadata.OrderBy(m => m.Key));
            var score = Score(item, query);
            Assert.True(Math.Abs(score - match.Score) <= Scale(score),
                $"score of {match.Id}: expected {score:r}, found {match.Score:r}");
            Assert.True(match.Score >= options.MinScore, $"{match.Id} has {match.Score:r}, below {options.MinScore:r}");
        }

        foreach (var (one, next) in found.Zip(found.Skip(1)))
        {
            Assert.True(one.Score > next.Score || (one.Score == next.Score && one.Id < next.Id),
                $"{one.Id} ({one.Score:r}) before {next.Id} ({next.Score:r})");
        }

        // Rounding may let a score fall on the other side of the least one, or change places with its neighbour.
        var certain = expected.Count(e => e.Score >= options.MinScore + Scale(e.Score));
        if (isExact)
        {
            Assert.InRange(found.Count, certain, options.K);
            for (var i = 0; i < certain; i++)
            {
                Assert.True(
                    Math.Abs(found[i].Score - expected[i].Score) <= Scale(expected[i].Score),
                    $"match {i}: expected {expected[i].Item.Id} ({expected[i].Score:r}), found {found[i].Id} ({found[i].Score:r})");
            }
        }

        return certain == 0 ? 1
            : found.Count(f => expected.Take(certain).Any(e => e.Score <= f.Score + Scale(e.Score))) / (double)certain;
    }

    private static double Scale(double score) => Tolerance * Math.Max(1, Math.Abs(score));
}
