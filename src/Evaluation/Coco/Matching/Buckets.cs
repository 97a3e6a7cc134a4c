using System.Runtime.CompilerServices;

namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>
/// Rows sorted by category, then image, then their own order: two counting sorts. The rows of one category lie together, those of
/// one image inside them too.
/// </summary>
internal sealed class Buckets
{
    private readonly int[] _rows;
    private readonly int[] _starts;

    /// <summary>Sorts rows; those with a negative category are left out.</summary>
    /// <param name="images">Image position of each row.</param>
    /// <param name="categories">Category position of each row, or negative.</param>
    /// <param name="imageCount">Number of images.</param>
    /// <param name="categoryCount">Number of categories.</param>
    [MethodImpl(HotLoop.Options)]
    public Buckets(int[] images, int[] categories, int imageCount, int categoryCount)
    {
        var all = new int[categories.Length];
        var count = 0;
        for (var i = 0; i < all.Length; i++)
        {
            if (categories[i] >= 0)
            {
                all[count++] = i;
            }
        }

        var byImage = Sort(all.AsSpan(0, count), images, imageCount, out _);
        _rows = Sort(byImage, categories, categoryCount, out _starts);
    }

    private Buckets(int[] rows, int[] starts)
    {
        _rows = rows;
        _starts = starts;
    }

    /// <summary>One bucket of all: by image, then category, then their own order.</summary>
    public Buckets Merged(int[] images, int imageCount) => new(Sort(_rows, images, imageCount, out _), [0, _rows.Length]);

    /// <summary>The rows of a category, by image and then their own order.</summary>
    public ReadOnlySpan<int> Of(int category) => _rows.AsSpan(_starts[category], Count(category));

    /// <summary>How many rows a category has.</summary>
    public int Count(int category) => _starts[category + 1] - _starts[category];

    [MethodImpl(HotLoop.Options)]
    private static int[] Sort(ReadOnlySpan<int> rows, int[] keys, int keyCount, out int[] starts)
    {
        starts = new int[keyCount + 1];
        foreach (var row in rows)
        {
            starts[keys[row] + 1]++;
        }

        for (var k = 0; k < keyCount; k++)
        {
            starts[k + 1] += starts[k];
        }

        var next = starts.AsSpan(0, keyCount).ToArray();
        var sorted = new int[rows.Length];
        foreach (var row in rows)
        {
            sorted[next[keys[row]]++] = row;
        }

        return sorted;
    }
}
