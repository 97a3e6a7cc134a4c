using System.Numerics;
using System.Runtime.CompilerServices;
using PPLCNet.Vision.Evaluation.Coco.Matching;

namespace PPLCNet.Vision.Evaluation.Coco.Accumulation;

/// <summary>Ranks a category's detections over all images and reads precision off at COCO's recall levels.</summary>
internal sealed class Accumulator
{
    private const double Epsilon = 2.220446049250313e-16; // spacing of 1.0: keeps 0 / 0 out of the first precision

    private readonly CocoEvaluationOptions _options;
    private readonly Curves _curves;
    private readonly double[] _levels = [.. CocoEvaluationOptions.RecallLevels];

    private Accumulator(CocoEvaluationOptions options, Curves curves)
    {
        _options = options;
        _curves = curves;
    }

    public static Curves Run(CocoMatches matches)
    {
        var curves = new Curves(matches.Options, matches.Matches.Length);
        var accumulator = new Accumulator(matches.Options, curves);
        Workers.ForEach(
            matches.Matches.Length,
            k => matches.Matches[k].Score.Length,
            matches.Options.Degree,
            () => accumulator,
            (self, k) => self.Category(k, matches.Matches[k]));
        return curves;
    }

    private void Category(int category, CategoryMatches matches)
    {
        var ranking = new Ranking(matches, _options);
        Recall(category, ranking, matches.Positives);
        var hits = ranking.Hits.Length;
        var (at, wrong, precision) = (new int[hits + 1], new int[hits + 1], new double[hits + 1]);
        for (var a = 0; a < _options.Areas.Count; a++)
        {
            if (matches.Positives[a] == 0)
            {
                continue;
            }

            for (var t = 0; t < _options.IouThresholds.Count; t++)
            {
                var found = ranking.Scan(a, t, at, wrong);
                Envelope(found, wrong, precision);
                Read(category, a, t, found, matches.Positives[a], at, precision, ranking);
            }
        }
    }

    // True positives among the first ranks of every image, counted bit by bit.
    [MethodImpl(HotLoop.Options)]
    private void Recall(int category, Ranking ranking, long[] positives)
    {
        var (thresholds, limits) = (_options.IouThresholds.Count, _options.MaxDetections);
        var counts = new long[limits.Count, 64];
        for (var i = 0; i < ranking.Hits.Length; i++)
        {
            for (var bits = ranking.Hits[i]; bits != 0; bits &= bits - 1)
            {
                var bit = BitOperations.TrailingZeroCount(bits);
                for (var m = limits.Count - 1; m >= 0 && ranking.Rank[i] < limits[m]; m--)
                {
                    counts[m, bit]++;
                }
            }
        }

        for (var a = 0; a < positives.Length; a++)
        {
            for (var m = 0; m < limits.Count && positives[a] > 0; m++)
            {
                for (var t = 0; t < thresholds; t++)
                {
                    _curves.Recall[_curves.RecallAt(category, a, m, t)] = counts[m, (a * thresholds) + t] / (double)positives[a];
                }
            }
        }
    }

    [MethodImpl(HotLoop.Options)]
    private static void Envelope(int found, int[] wrong, double[] precision)
    {
        var best = 0.0;
        for (var i = found - 1; i >= 0; i--)
        {
            double right = i + 1;
            best = Math.Max(best, right / (wrong[i] + right + Epsilon));
            precision[i] = best;
        }
    }

    [MethodImpl(HotLoop.Options)]
    private void Read(
        int category, int area, int threshold, int found, long positives, int[] at, double[] precision, Ranking ranking)
    {
        var start = _curves.PrecisionAt(category, area, threshold);
        var precisions = _curves.Precision.AsSpan(start, _levels.Length);
        var levelScores = _curves.Score.AsSpan(start, _levels.Length);
        precisions.Clear();
        levelScores.Clear();
        if (ranking.Count == 0)
        {
            return;
        }

        // Level 0 is reached by the first detection, whatever it is; its envelope is the best precision of all.
        precisions[0] = found > 0 ? precision[0] : 0;
        levelScores[0] = ranking.FirstScore;
        for (var (r, i) = (1, 0); r < _levels.Length; r++)
        {
            while (i < found && (i + 1) / (double)positives < _levels[r])
            {
                i++;
            }

            if (i == found)
            {
                return;
            }

            precisions[r] = precision[i];
            levelScores[r] = ranking.Score[at[i]];
        }
    }
}
