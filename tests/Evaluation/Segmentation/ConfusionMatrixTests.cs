using PPLCNet.Vision.Evaluation.Segmentation;

namespace PPLCNet.Vision.Tests.Evaluation.Segmentation;

/// <summary>The one-pass count against a plain loop, and its checks.</summary>
public class ConfusionMatrixTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(33, 1)]
    [InlineData(34, 40)]
    [InlineData(1000, 3)]
    [InlineData(100_003, 50)]
    [InlineData(4096, 5000)]
    public void Equals_a_plain_loop(int length, int meanRun)
    {
        const int Seed = 99;
        var random = new Random(Seed);
        var (truth, predicted) = (Runs(random, length, meanRun), Runs(random, length, meanRun));
        var matrix = new ConfusionMatrix(19, 255);
        matrix.Add(truth, predicted);
        var plain = new long[20, 20];
        for (var i = 0; i < length; i++)
        {
            plain[Math.Min((int)truth[i], 19), Math.Min((int)predicted[i], 19)]++;
        }

        for (var t = 0; t < 20; t++)
        {
            for (var p = 0; p < 20; p++)
            {
                Assert.True(plain[t, p] == matrix[t, p], $"seed {Seed}: [{t},{p}] expected {plain[t, p]}, found {matrix[t, p]}");
            }
        }

        Assert.Equal(length, matrix.Total);
    }

    [Fact]
    public void Merging_equals_counting_all()
    {
        var random = new Random(3);
        var (a, b, c, d) = (Runs(random, 500, 4), Runs(random, 500, 4), Runs(random, 300, 4), Runs(random, 300, 4));
        var (whole, first, second) = (new ConfusionMatrix(19, 255), new ConfusionMatrix(19, 255), new ConfusionMatrix(19, 255));
        whole.Add(a, b);
        whole.Add(c, d);
        first.Add(a, b);
        second.Add(c, d);
        first.Merge(second);
        Assert.Equal(whole.NonZero(), first.NonZero());
        Assert.Throws<ArgumentException>(() => first.Merge(new ConfusionMatrix(19)));
    }

    [Theory]
    [InlineData(0, 19, "prediction")]
    [InlineData(254, 0, "ground truth")]
    public void Ids_out_of_range_are_refused(byte truth, byte predicted, string where)
    {
        var error = Assert.Throws<ArgumentException>(() => new ConfusionMatrix(19, 255).Add([0, truth], [255, predicted]));
        Assert.Contains(where, error.Message, StringComparison.Ordinal);
        Assert.Contains($"found {Math.Max(truth, predicted)}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_lengths_and_ids_that_clash_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(3).Add([0], [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(12, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(257));
    }

    [Fact]
    public void An_absent_class_counts_as_one_or_not_at_all()
    {
        var matrix = new ConfusionMatrix(3, 255);
        matrix.Add([0, 0, 1, 255], [0, 1, 1, 0]);
        var paddle = SegmentationScores.Of(matrix);
        Assert.Equal([0.5, 0.5, 1], paddle.ClassIou);
        Assert.Equal(2 / 3.0, paddle.MeanIou, 1e-15);
        Assert.Equal(0, paddle.ClassDice[2]);
        var skipped = SegmentationScores.Of(matrix, AbsentClass.Skipped);
        Assert.Equal(0.5, skipped.MeanIou);
        Assert.Equal(2 / 3.0, skipped.Accuracy, 1e-15);
        Assert.Equal([0.5, 0.5, 0], SegmentationScores.Of(matrix, AbsentClass.AsZero).ClassIou);
        Assert.Equal(1 / 3.0, SegmentationScores.Of(matrix, AbsentClass.AsZero).MeanIou, 1e-15);
        Assert.Equal((3, 1), (skipped.Pixels, skipped.IgnoredPixels));
    }

    [Fact]
    public void A_class_can_be_ignored()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add([0, 0, 1, 1, 2, 2], [1, 0, 1, 0, 2, 1]);
        var scores = SegmentationScores.Of(matrix, ignoredClass: 0);
        // What is true 0 does not count, not even as a false alarm of class 1; a 1 predicted as 0 is a miss.
        Assert.Equal([double.NaN, 1 / 3.0, 0.5], scores.ClassIou);
        Assert.Equal(((1 / 3.0) + 0.5) / 2, scores.MeanIou, 1e-15);
        Assert.Equal(0.5, scores.Accuracy);
        Assert.Equal((4, 2), (scores.Pixels, scores.IgnoredPixels));
        Assert.Throws<ArgumentOutOfRangeException>(() => SegmentationScores.Of(matrix, ignoredClass: 3));
    }

    private static byte[] Runs(Random random, int length, int meanRun)
    {
        var ids = new byte[length];
        for (var i = 0; i < length;)
        {
            var id = (byte)(random.Next(20) is var k && k == 19 ? 255 : k);
            var run = Math.Min(length - i, 1 + random.Next(2 * meanRun));
            ids.AsSpan(i, run).Fill(id);
            i += run;
        }

        return ids;
    }
}
