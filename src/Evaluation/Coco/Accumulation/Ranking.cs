using System.Runtime.CompilerServices;
using PPLCNet.Vision.Evaluation.Coco.Matching;

namespace PPLCNet.Vision.Evaluation.Coco.Accumulation;

/// <summary>
/// A category's detections over all images by falling score. Most match nothing and count as false positives in whole area
/// ranges: of those only running counts are kept, so that the columns of thresholds and areas are scanned over the others alone.
/// </summary>
internal sealed class Ranking
{
    private readonly int _thresholds;
    private readonly int _areas;
    private readonly ulong[] _misses; // of the kept entries
    private readonly int[] _plainMisses; // [areas, kept entries]: false positives at every threshold, so far

    [MethodImpl(HotLoop.Options)]
    public Ranking(CategoryMatches matches, CocoEvaluationOptions options)
    {
        (_thresholds, _areas) = (options.IouThresholds.Count, options.Areas.Count);
        Count = matches.Score.Length;
        var order = new int[Count];
        ScoreOrder.Sort(matches.Score, order);
        FirstScore = Count > 0 ? matches.Score[order[0]] : 0;
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            kept += IsPlain(matches, i) ? 0 : 1;
        }

        (Hits, Rank, Score) = (new ulong[kept], new int[kept], new double[kept]);
        (_misses, _plainMisses) = (new ulong[kept], new int[kept * _areas]);
        Fill(matches, order);
    }

    /// <summary>Number of detections.</summary>
    public int Count { get; }

    /// <summary>Highest score; 0 without detections.</summary>
    public double FirstScore { get; }

    /// <summary>True positives of each kept entry, a bit for each area range and threshold.</summary>
    public ulong[] Hits { get; }

    /// <summary>Rank inside image and category.</summary>
    public int[] Rank { get; }

    /// <summary>Score.</summary>
    public double[] Score { get; }

    /// <summary>
    /// Lists the true positives of an area range and threshold. The i-th stands at entry <c>at[i]</c> and has <c>wrong[i]</c>
    /// false positives before it.
    /// </summary>
    /// <returns>How many there are.</returns>
    [MethodImpl(HotLoop.Options)]
    public int Scan(int area, int threshold, int[] at, int[] wrong)
    {
        var bit = (area * _thresholds) + threshold;
        var plain = _plainMisses.AsSpan(area * Hits.Length, Hits.Length);
        var (found, missed) = (0, 0);
        for (var i = 0; i < Hits.Length; i++)
        {
            at[found] = i; // written always, kept only behind a hit: no branch
            wrong[found] = missed + plain[i];
            found += (int)((Hits[i] >> bit) & 1);
            missed += (int)((_misses[i] >> bit) & 1);
        }

        return found;
    }

    [MethodImpl(HotLoop.Options)]
    private void Fill(CategoryMatches matches, int[] order)
    {
        Span<int> plain = stackalloc int[_areas];
        plain.Clear();
        var next = 0;
        foreach (var i in order)
        {
            var misses = ~(matches.Matched[i] | matches.Ignored[i]);
            if (IsPlain(matches, i))
            {
                for (var a = 0; a < _areas; a++)
                {
                    plain[a] += (int)((misses >> (a * _thresholds)) & 1);
                }

                continue;
            }

            Hits[next] = matches.Matched[i] & ~matches.Ignored[i];
            (_misses[next], Rank[next], Score[next]) = (misses, matches.Rank[i], matches.Score[i]);
            for (var a = 0; a < _areas; a++)
            {
                _plainMisses[(a * Hits.Length) + next] = plain[a];
            }

            next++;
        }
    }

    // Matches nothing, and counts alike at all thresholds of an area range.
    [MethodImpl(HotLoop.Options)]
    private bool IsPlain(CategoryMatches matches, int i)
    {
        if (matches.Matched[i] != 0)
        {
            return false;
        }

        var all = _thresholds == 64 ? ulong.MaxValue : (1UL << _thresholds) - 1;
        for (var a = 0; a < _areas; a++)
        {
            var bits = (matches.Ignored[i] >> (a * _thresholds)) & all;
            if (bits != 0 && bits != all)
            {
                return false;
            }
        }

        return true;
    }
}
