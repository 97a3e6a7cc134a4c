using PPLCNet.Vision.Evaluation.Segmentation;

namespace PPLCNet.Vision.Tests.Differential.Evaluation;

/// <summary>The measures of segmentation from their definitions, pixel by pixel and class by class.</summary>
internal static class PlainScores
{
    public static void AssertEqual(byte[] truth, byte[] predicted, int classes, int? ignored, AbsentClass absent,
        SegmentationScores got)
    {
        int[] valid = [.. Enumerable.Range(0, truth.Length).Where(i => truth[i] != ignored)];
        Assert.Equal((valid.Length, truth.Length - valid.Length), (got.Pixels, got.IgnoredPixels));
        double agreed = 0, expectedByChance = 0, predictedPixels = 0;
        var (ious, dices) = (new List<double>(), new List<double>());
        for (var c = 0; c < classes; c++)
        {
            double both = valid.Count(i => truth[i] == c && predicted[i] == c);
            double mine = valid.Count(i => truth[i] == c), found = valid.Count(i => predicted[i] == c);
            agreed += both;
            predictedPixels += found;
            expectedByChance += mine * found;
            var either = valid.Count(i => truth[i] == c || predicted[i] == c);
            var (iou, dice) = c == ignored ? (double.NaN, double.NaN)
                : either > 0 ? (both / either, 2 * both / (mine + found))
                : absent switch
                {
                    AbsentClass.AsPaddleSeg => (1, 0),
                    AbsentClass.AsZero => (0, 0),
                    _ => (double.NaN, double.NaN),
                };
            Same($"IoU of {c}", iou, got.ClassIou[c]);
            Same($"Dice of {c}", dice, got.ClassDice[c]);
            Same($"precision of {c}", c == ignored ? double.NaN : found == 0 ? 0 : both / found, got.ClassPrecision[c]);
            Same($"recall of {c}", c == ignored ? double.NaN : mine == 0 ? 0 : both / mine, got.ClassRecall[c]);
            ious.Add(iou);
            dices.Add(dice);
        }

        double n = valid.Length, chance = expectedByChance / (n * n);
        Same("mIoU", Mean(ious), got.MeanIou);
        Same("Dice", Mean(dices), got.MeanDice);
        Same("accuracy", agreed / predictedPixels, got.Accuracy);
        Same("kappa", ((agreed / n) - chance) / (1 - chance), got.Kappa);
    }

    public static double Mean(IEnumerable<double> values)
    {
        double[] numbers = [.. values.Where(v => !double.IsNaN(v))];
        return numbers.Length == 0 ? double.NaN : numbers.Sum() / numbers.Length;
    }

    public static void Same(string what, double expected, double got) => Assert.True(
        (double.IsNaN(expected) && double.IsNaN(got)) || expected == got
            || Math.Abs(expected - got) <= 1e-12 * Math.Max(1, Math.Abs(expected)),
        $"{what}: expected {expected:r}, found {got:r}");
}
