using PPLCNet.Vision.Evaluation.Retrieval;

namespace PPLCNet.Vision.Tests.Evaluation.Retrieval;

/// <summary>Worked examples, and a plain second implementation on random data.</summary>
public sealed class RetrievalEvaluatorTests
{
    private static readonly RetrievalOptions _paddle = new() { PaddleCompatible = true };

    // Queries and gallery whose inner products are the given score rows: the gallery is the identity, a query its own row.
    private static (EvaluationSet Queries, EvaluationSet Gallery) FromScores(float[][] scores, string[] queryLabels, string[] galleryLabels)
    {
        var n = galleryLabels.Length;
        var identity = new float[n * n];
        for (var i = 0; i < n; i++)
        {
            identity[(i * n) + i] = 1;
        }

        return (new EvaluationSet(scores.SelectMany(s => s).ToArray(), n, queryLabels), new EvaluationSet(identity, n, galleryLabels));
    }

    private static (EvaluationSet Queries, EvaluationSet Gallery) ExampleA() => FromScores(
        [[.9f, .8f, .7f, .6f, .5f], [.2f, .9f, .1f, .8f, .3f], [.5f, .4f, .3f, .2f, .1f]], ["0", "1", "9"], ["0", "1", "0", "1", "0"]);

    [Fact]
    public void Example_A_with_the_published_definitions()
    {
        var (queries, gallery) = ExampleA();
        var report = RetrievalEvaluator.Evaluate(queries, gallery, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0.755556, report.Outcomes[0].AveragePrecision, 6);
        Assert.Equal(1, report.Outcomes[1].AveragePrecision);
        Assert.Equal(0.877778, report.MeanAveragePrecision, 6);
        Assert.Equal(1, report.Recall[1]);
        Assert.Equal(0.666667, report.Precision[1], 6);
        Assert.Equal(0.333333, report.Precision[5], 6);
        Assert.Equal(0.8, report.MeanInverseNegativePenalty, 12);
        Assert.Equal((3, 2), (report.Queries, report.ValidQueries));
    }

    [Fact]
    public void Example_A_as_paddle_counts()
    {
        var (queries, gallery) = ExampleA();
        var report = RetrievalEvaluator.Evaluate(queries, gallery, _paddle, TestContext.Current.CancellationToken);
        Assert.Equal(0.877778, report.MeanAveragePrecision, 6);
        Assert.Equal(1.375, report.MeanInverseNegativePenalty, 12);
    }

    [Fact]
    public void Example_B_perfect_retrieval_and_paddles_infinite_penalty()
    {
        var set = new EvaluationSet(new float[] { 1, 0, .8f, .6f, 0, 1, -.6f, .8f }, 2, ["0", "0", "1", "1"]);
        var report = RetrievalEvaluator.LeaveOneOut(set, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 1), (report.Recall[1], report.MeanAveragePrecision, report.MeanInverseNegativePenalty));
        Assert.Equal(double.PositiveInfinity, RetrievalEvaluator.LeaveOneOut(set, _paddle, TestContext.Current.CancellationToken).MeanInverseNegativePenalty);
    }

    [Fact]
    public void Example_C_excluded_items_leave_the_ranking_or_stay_at_zero()
    {
        var set = new EvaluationSet(new float[] { 1, 0, -.6f, .8f, -.8f, -.6f, .6f, .8f }, 2, ["0", "0", "1", "1"]);
        var strict = RetrievalEvaluator.LeaveOneOut(set, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([1 / 2.0, 1 / 3.0, 1 / 3.0, 1 / 3.0], strict.Outcomes.Select(o => o.AveragePrecision));
        Assert.Equal(0.375, strict.MeanAveragePrecision, 12);
        Assert.Equal(0.270833, RetrievalEvaluator.LeaveOneOut(set, _paddle, TestContext.Current.CancellationToken).MeanAveragePrecision, 6);
    }

    [Fact]
    public void Ties_are_resolved_by_index_and_bounded()
    {
        var (queries, gallery) = FromScores([[.5f, .5f, .5f]], ["a"], ["b", "a", "b"]);
        var report = RetrievalEvaluator.Evaluate(queries, gallery, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1 / 2.0, report.MeanAveragePrecision);
        Assert.Equal((1 / 3.0, 1.0), report.MeanAveragePrecisionBounds);
        Assert.Equal((0.0, 1.0), report.FirstHitBounds);
        Assert.Equal([("a", "b", 1)], report.Confusions());
    }

    [Fact]
    public void Same_group_is_left_out()
    {
        var vectors = new float[] { 1, 0, 1, 0, .6f, .8f, 0, 1 };
        var set = new EvaluationSet(vectors, 2, ["a", "a", "a", "b"], ["cam1", "cam1", "cam2", "cam1"]);
        var report = RetrievalEvaluator.LeaveOneOut(set, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([1, 1, 2, 0], report.Outcomes.Select(o => o.Relevant));
    }

    [Fact]
    public void Equals_a_plain_sort_on_random_data_for_any_sharding()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        const int Count = 60, Dimensions = 4;
        var set = new EvaluationSet(
            Enumerable.Range(0, Count * Dimensions).Select(_ => (float)Math.Round(random.NextDouble() - .5, 1)).ToArray(),
            Dimensions,
            Enumerable.Range(0, Count).Select(_ => $"{random.Next(7)}").ToArray());
        var report = RetrievalEvaluator.LeaveOneOut(set, cancellationToken: TestContext.Current.CancellationToken);
        for (var q = 0; q < Count; q++)
        {
            var ranked = Enumerable.Range(0, Count).Where(i => i != q)
                .OrderByDescending(i => Score(set, q, i)).ThenBy(i => i).Select(i => set.Labels[i] == set.Labels[q]).ToArray();
            var hits = 0;
            var expected = ranked.Select((hit, r) => hit ? ++hits / (r + 1.0) : 0).Sum() / Math.Max(1, ranked.Count(h => h));
            Assert.True(Math.Abs(expected - report.Outcomes[q].AveragePrecision) < 1e-12, $"seed {seed}, query {q}");
        }

        int[] even = [.. Enumerable.Range(0, Count).Where(i => i % 2 == 0)], odd = [.. Enumerable.Range(0, Count).Where(i => i % 2 == 1)];
        var merged = RetrievalReport.Of(
        [
            .. RetrievalEvaluator.LeaveOneOut(set, odd, cancellationToken: TestContext.Current.CancellationToken),
            .. RetrievalEvaluator.LeaveOneOut(set, even, cancellationToken: TestContext.Current.CancellationToken),
        ]);
        Assert.Equal(report.MeanAveragePrecision, merged.MeanAveragePrecision);
        Assert.Equal(report.Recall, merged.Recall);
    }

    [Fact]
    public void Wrong_arguments_say_what_was_expected()
    {
        Assert.Contains("2 vectors of 3", Assert.Throws<ArgumentException>(() => new EvaluationSet(new float[5], 3, ["a", "b"])).Message);
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => new EvaluationSet(new[] { 1, float.NaN }, 2, ["a"])).Message);
        var two = new EvaluationSet(new float[2], 2, ["a"]);
        var three = new EvaluationSet(new float[3], 3, ["a"]);
        Assert.Contains("3 dimensions", Assert.Throws<ArgumentException>(() => RetrievalEvaluator.Evaluate(two, three, null, TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Bootstrap_interval_holds_the_mean_and_is_repeatable()
    {
        double[] values = [.. Enumerable.Range(0, 200).Select(i => i % 4 == 0 ? 0.0 : 1.0)];
        var (low, high) = BootstrapInterval.OfMean(values);
        Assert.InRange(0.75, low, high);
        Assert.InRange(high - low, 0.08, 0.16); // 2 x 1.96 x sqrt(.75 x .25 / 200) = 0.12
        Assert.Equal((low, high), BootstrapInterval.OfMean(values));
    }

    // The same kernel as the evaluator's, so that equal scores are equal here too.
    private static float Score(EvaluationSet set, int a, int b) => System.Numerics.Tensors.TensorPrimitives.Dot(set[a], set[b]);
}
