using System.Runtime.CompilerServices;

namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>
/// Greedy matching of one image and category: detections by falling score take the truth they overlap most, each threshold
/// and area range for itself. Scratch space of one worker; not thread-safe.
/// </summary>
internal sealed class CellMatcher
{
    private const int NoTruth = -1;

    private readonly double[] _thresholds;
    private readonly CocoAreaRange[] _areas;
    private readonly bool _matchIdZero;
    private readonly ulong _areaBits; // thresholds' bits of area 0
    private readonly double _lowest; // overlap below which nothing matches
    private double[] _overlaps = []; // [detections, truths]
    private double[] _best = []; // largest overlap of each detection
    private ulong[] _truthIgnored = []; // [truths], bit a = ignored in area range a
    private int[] _order = [];
    private int[] _taken = []; // [detections, thresholds]: matched truth
    private bool[] _used = [];
    private int _truthCount;

    public CellMatcher(CocoEvaluationOptions options)
    {
        _thresholds = [.. options.IouThresholds];
        _areas = [.. options.Areas];
        _matchIdZero = options.MatchIdZero;
        _lowest = Limit(_thresholds[0]);
        _areaBits = _thresholds.Length == 64 ? ulong.MaxValue : (1UL << _thresholds.Length) - 1;
    }

    /// <summary>Overlaps to fill before <see cref="Match"/>, detection by detection.</summary>
    public Span<double> Overlaps(int detections, int truths)
    {
        if (_overlaps.Length < detections * truths)
        {
            _overlaps = new double[Math.Max(256, 2 * detections * truths)];
        }

        return _overlaps.AsSpan(0, detections * truths);
    }

    /// <summary>Matches.</summary>
    /// <param name="truths">Annotation rows in file order.</param>
    /// <param name="annotations">Their columns.</param>
    /// <param name="detectionAreas">Area of each detection, by falling score.</param>
    /// <param name="matched">Receives the true positives of each detection.</param>
    /// <param name="ignored">Receives where each detection counts neither way.</param>
    /// <param name="positives">Truths that count are added, per area range.</param>
    [MethodImpl(HotLoop.Options)]
    public void Match(
        ReadOnlySpan<int> truths, AnnotationColumns annotations, ReadOnlySpan<double> detectionAreas,
        Span<ulong> matched, Span<ulong> ignored, Span<long> positives)
    {
        _truthCount = truths.Length;
        Grow(truths.Length, detectionAreas.Length);
        MarkTruths(truths, annotations, positives);
        for (var d = 0; d < detectionAreas.Length; d++)
        {
            matched[d] = 0;
            ignored[d] = OutsideBits(detectionAreas[d]);
        }

        FindBest(detectionAreas.Length, truths.Length);
        if (!_best.AsSpan(0, detectionAreas.Length).ContainsAnyInRange(_lowest, double.MaxValue))
        {
            return;
        }

        for (var a = 0; a < _areas.Length; a++)
        {
            if (a == 0 || !SameOrder(a, truths.Length))
            {
                Assign(a, truths, annotations, detectionAreas.Length);
            }

            Mark(a, truths, annotations, matched, ignored);
        }
    }

    /// <summary>
    /// After matching at one threshold and area range: the position of the truth that a detection found, or -1.
    /// </summary>
    public int TruthOf(int detection) => _best[detection] < _lowest ? NoTruth : _taken[detection * _thresholds.Length];

    /// <summary>Overlap of a detection and a truth of the cell that was matched last.</summary>
    public double OverlapOf(int detection, int truth) => _overlaps[(detection * _truthCount) + truth];

    private void Grow(int truths, int detections)
    {
        if (_truthIgnored.Length < truths)
        {
            _truthIgnored = new ulong[2 * truths];
            _order = new int[2 * truths];
            _used = new bool[2 * truths];
        }

        if (_best.Length < detections)
        {
            _best = new double[2 * detections];
            _taken = new int[2 * detections * _thresholds.Length];
        }
    }

    [MethodImpl(HotLoop.Options)]
    private void MarkTruths(ReadOnlySpan<int> truths, AnnotationColumns annotations, Span<long> positives)
    {
        for (var g = 0; g < truths.Length; g++)
        {
            var bits = 0UL;
            for (var a = 0; a < _areas.Length; a++)
            {
                var ignore = annotations.Ignored[truths[g]] || !_areas[a].Contains(annotations.Area[truths[g]]);
                bits |= ignore ? 1UL << a : 0;
                positives[a] += ignore ? 0 : 1;
            }

            _truthIgnored[g] = bits;
        }
    }

    // Bits of every area range that the area lies outside of.
    [MethodImpl(HotLoop.Options)]
    private ulong OutsideBits(double area)
    {
        var bits = 0UL;
        for (var a = 0; a < _areas.Length; a++)
        {
            bits |= _areas[a].Contains(area) ? 0 : _areaBits << (a * _thresholds.Length);
        }

        return bits;
    }

    // Largest overlap of each detection.
    [MethodImpl(HotLoop.Options)]
    private void FindBest(int detections, int truths)
    {
        for (var d = 0; d < detections; d++)
        {
            var best = 0.0;
            foreach (var overlap in _overlaps.AsSpan(d * truths, truths))
            {
                best = Math.Max(best, overlap);
            }

            _best[d] = best;
        }
    }

    private static double Limit(double threshold) => Math.Min(threshold, 1 - 1e-10);

    // Whether area range a sorts the truths as the one before did; then the matches are the same. One truth needs no sorting.
    private bool SameOrder(int a, int truths)
    {
        for (var g = 0; truths > 1 && g < truths; g++)
        {
            if ((((_truthIgnored[g] >> a) ^ (_truthIgnored[g] >> (a - 1))) & 1) != 0)
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(HotLoop.Options)]
    private void Assign(int area, ReadOnlySpan<int> truths, AnnotationColumns annotations, int detections)
    {
        var counting = Order(area, truths.Length);
        for (var t = 0; t < _thresholds.Length; t++)
        {
            var limit = Limit(_thresholds[t]);
            Array.Clear(_used, 0, truths.Length);
            for (var d = 0; d < detections; d++)
            {
                var found = _best[d] < limit ? NoTruth : Choose(d, limit, counting, truths, annotations);
                _taken[(d * _thresholds.Length) + t] = found;
                if (found != NoTruth)
                {
                    _used[found] = true;
                }
            }
        }
    }

    // Truths that count first, file order inside; returns how many count.
    private int Order(int area, int truths)
    {
        var counting = 0;
        for (var g = 0; g < truths; g++)
        {
            if (((_truthIgnored[g] >> area) & 1) == 0)
            {
                _order[counting++] = g;
            }
        }

        var next = counting;
        for (var g = 0; g < truths; g++)
        {
            if (((_truthIgnored[g] >> area) & 1) != 0)
            {
                _order[next++] = g;
            }
        }

        return counting;
    }

    // The free truth of largest overlap, the last of equals. Ignored truths are looked at only where none that counts was
    // found; a crowd is never used up.
    [MethodImpl(HotLoop.Options)]
    private int Choose(int detection, double limit, int counting, ReadOnlySpan<int> truths, AnnotationColumns annotations)
    {
        var overlaps = _overlaps.AsSpan(detection * truths.Length, truths.Length);
        var (best, found) = (limit, NoTruth);
        for (var i = 0; i < truths.Length; i++)
        {
            if (i == counting && found != NoTruth)
            {
                break;
            }

            var g = _order[i];
            if (overlaps[g] >= best && (!_used[g] || annotations.Crowd[truths[g]]))
            {
                (best, found) = (overlaps[g], g);
            }
        }

        return found;
    }

    [MethodImpl(HotLoop.Options)]
    private void Mark(int area, ReadOnlySpan<int> truths, AnnotationColumns annotations, Span<ulong> matched, Span<ulong> ignored)
    {
        for (var d = 0; d < matched.Length; d++)
        {
            if (_best[d] < _lowest)
            {
                continue;
            }

            for (var t = 0; t < _thresholds.Length; t++)
            {
                var g = _taken[(d * _thresholds.Length) + t];
                if (g == NoTruth)
                {
                    continue;
                }

                var bit = 1UL << ((area * _thresholds.Length) + t);
                var truthIgnored = ((_truthIgnored[g] >> area) & 1) != 0;
                if (annotations.Id[truths[g]] != 0 || _matchIdZero)
                {
                    matched[d] |= bit;
                    ignored[d] = truthIgnored ? ignored[d] | bit : ignored[d] & ~bit;
                }
                else if (truthIgnored)
                {
                    ignored[d] |= bit; // id 0 reads as "not matched", and the size rule of unmatched detections stays in force
                }
            }
        }
    }
}
