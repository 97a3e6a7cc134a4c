using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>
/// The instances behind iIoU, by label and size. An instance's weight depends on both alone, so whole pixel counts are kept
/// and weighted at the end: merging shards in any order gives the same bits.
/// </summary>
internal sealed class InstanceTally
{
    private readonly SortedDictionary<(int Label, int Size), (long Count, long Hit, long CategoryHit)> _bySize = [];

    /// <summary>
    /// One row for every label and size: how many instances, how many of their pixels were predicted right, or right by
    /// category.
    /// </summary>
    public IEnumerable<InstanceCount> Rows =>
        _bySize.Select(p => new InstanceCount(p.Key.Label, p.Key.Size, p.Value.Count, p.Value.Hit, p.Value.CategoryHit));

    /// <summary>Counts the instances of one image.</summary>
    /// <exception cref="DataFormatException">An instance of no label.</exception>
    public void Add(InstanceMap instances, LabelMap predicted, string source)
    {
        // Indexed by instance id: label * 1000 + number, at most 33999.
        var limit = CityscapesLabels.All.Count * 1000;
        var size = new int[limit];
        var hit = new int[limit];
        var categoryHit = new int[limit];
        var ids = instances.Ids;
        ReadOnlySpan<byte> classes = predicted.Ids;
        for (var start = 0; start < ids.Length;)
        {
            // Everything up to 1000 is stuff and groups; the search is vectorized.
            var skip = ids[start..].IndexOfAnyExceptInRange((ushort)0, (ushort)1000);
            if (skip < 0)
            {
                break;
            }

            start += skip;
            var id = ids[start];
            if (id >= limit)
            {
                throw new DataFormatException($"'{source}': expected instance ids below {limit}, found {id}.");
            }

            var length = ids[start..].IndexOfAnyExcept(id);
            length = length < 0 ? ids.Length - start : length;
            var run = classes.Slice(start, length);
            var (low, high) = _categoryRange[id / 1000];
            size[id] += length;
            hit[id] += run.Count((byte)(id / 1000));
            categoryHit[id] += CountInRange(run, low, high);
            start += length;
        }

        for (var id = 1001; id < limit; id++)
        {
            if (size[id] > 0 && !CityscapesLabels.All[id / 1000].IsIgnored)
            {
                Add(new InstanceCount(id / 1000, size[id], 1, hit[id], categoryHit[id]));
            }
        }
    }

    /// <summary>Adds instances of one label and size.</summary>
    public void Add(InstanceCount row)
    {
        _bySize.TryGetValue((row.LabelId, row.Size), out var sum);
        _bySize[(row.LabelId, row.Size)] = (sum.Count + row.Count, sum.Hit + row.Hit, sum.CategoryHit + row.CategoryHit);
    }

    /// <summary>Adds another tally.</summary>
    public void Merge(InstanceTally other)
    {
        foreach (var row in other.Rows)
        {
            Add(row);
        }
    }

    /// <summary>Sums over the instances of a label or a category.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="byCategory">Whether a pixel is right when its category is.</param>
    public InstanceSums Sum(IReadOnlyCollection<int> labels, bool byCategory)
    {
        var sums = new InstanceSums();
        foreach (var (label, size, count, hit, categoryHit) in Rows.Where(r => labels.Contains(r.LabelId)))
        {
            var right = byCategory ? categoryHit : hit;
            var wrong = (count * size) - right;
            var weight = CityscapesLabels.AverageInstanceSize[CityscapesLabels.All[label].Name] / size;
            sums = new InstanceSums(
                sums.TruePositives + right, sums.WeightedTruePositives + (right * weight),
                sums.FalseNegatives + wrong, sums.WeightedFalseNegatives + (wrong * weight));
        }

        return sums;
    }

    /// <summary>First and last label id of each label's category; the ids of a category are consecutive.</summary>
    private static readonly (byte Low, byte High)[] _categoryRange =
    [
        .. CityscapesLabels.All.Select(l =>
        {
            var ids = CityscapesLabels.All.Where(o => o.Category == l.Category).Select(o => (byte)o.Id).ToList();
            return (ids[0], ids[^1]);
        }),
    ];

    private static int CountInRange(ReadOnlySpan<byte> run, byte low, byte high)
    {
        var count = 0;
        foreach (var id in run)
        {
            count += (byte)(id - low) <= high - low ? 1 : 0;
        }

        return count;
    }
}

/// <summary>Instances of one label and size.</summary>
/// <param name="LabelId">Label id.</param>
/// <param name="Size">Pixels of each.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Hit">Pixels of them that were predicted with their label.</param>
/// <param name="CategoryHit">Pixels of them that were predicted with any label of their category.</param>
internal sealed record InstanceCount(int LabelId, int Size, long Count, long Hit, long CategoryHit);

/// <summary>Sums over instances, plain and weighted by mean size over size.</summary>
internal readonly record struct InstanceSums(
    long TruePositives, double WeightedTruePositives, long FalseNegatives, double WeightedFalseNegatives);
