using PPLCNet.Vision.Detection.Evaluation.Matching;

namespace PPLCNet.Vision.Detection.Evaluation.Accumulation;

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
        var count = matches.Score.Length;
        var order = new int[count];
        ScoreOrder.Sort(matches.Score, order);
        var (hits, misses, scores, ranks) = (new ulong[count], new ulong[count], new double[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            var from = order[i];
            hits[i] = matches.Matched[from] & ~matches.Ignored[from];
            misses[i] = ~(matches.Matched[from] | matches.Ignored[from]);
            (scores[i], ranks[i]) = (matches.Score[from], matches.Rank[from]);
        }

        var (at, wrong, precision) = (new int[count + 1], new int[count + 1], new double[count + 1]);
        for (var a = 0; a < _options.Areas.Count; a++)
        {
            if (matches.Positives[a] == 0)
            {
                continue;
            }

            for (var t = 0; t < _options.IouThresholds.Count; t++)
            {
                var bit = (a * _options.IouThresholds.Count) + t;
                Recall(category, a, t, hits, ranks, bit, matches.Positives[a]);
                var found = Scan(hits, misses, bit, at, wrong);
                Envelope(found, wrong, precision);
                Read(category, a, t, found, matches.Positives[a], at, precision, scores);
            }
        }
    }

    private void Recall(int category, int area, int threshold, ulong[] hits, int[] ranks, int bit, long positives)
    {
        for (var m = 0; m < _options.MaxDetections.Count; m++)
        {
            var limit = _options.MaxDetections[m];
            var found = 0L;
            for (var i = 0; i < hits.Length; i++)
            {
                found += ranks[i] < limit ? (long)((hits[i] >> bit) & 1) : 0;
            }

            _curves.Recall[_curves.RecallAt(category, area, m, threshold)] = found / (double)positives;
        }
    }

    // Only true positives matter: recall rises at them, and precision falls between them. Returns how many there are; the i-th stands
    // at position at[i] and has wrong[i] false positives before it.
    private static int Scan(ulong[] hits, ulong[] misses, int bit, int[] at, int[] wrong)
    {
        var (found, missed) = (0, 0);
        for (var i = 0; i < hits.Length; i++)
        {
            at[found] = i; // written always, kept only behind a hit: no branch
            wrong[found] = missed;
            found += (int)((hits[i] >> bit) & 1);
            missed += (int)((misses[i] >> bit) & 1);
        }

        return found;
    }

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

    private void Read(
        int category, int area, int threshold, int found, long positives, int[] at, double[] precision, double[] scores)
    {
        var start = _curves.PrecisionAt(category, area, threshold);
        var precisions = _curves.Precision.AsSpan(start, _levels.Length);
        var levelScores = _curves.Score.AsSpan(start, _levels.Length);
        precisions.Clear();
        levelScores.Clear();
        if (scores.Length == 0)
        {
            return;
        }

        // Level 0 is reached by the first detection, whatever it is; its envelope is the best precision of all.
        precisions[0] = found > 0 ? precision[0] : 0;
        levelScores[0] = scores[0];
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
            levelScores[r] = scores[at[i]];
        }
    }
}
