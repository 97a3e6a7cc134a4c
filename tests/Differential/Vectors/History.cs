using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Retrieval.Indexes;

namespace PPLCNet.Vision.Tests.Differential.Vectors;

/// <summary>A random history of writes and searches on an index and on a plain one.</summary>
internal sealed class History(Random random, int dimension, VectorMetric metric, bool isExact)
{
    private static readonly string[] _labels = ["", "a", "two words", "红茶", "tab\there", "a"];
    private readonly long _ids = random.Next(1, 200);
    private readonly List<float[]> _seen = [];

    public PlainIndex Plain { get; } = new(metric);

    /// <summary>Best items found of those that should be, one entry a search.</summary>
    public List<double> Recalls { get; } = [];

    /// <summary>One step.</summary>
    public void Step(IVectorIndex index)
    {
        switch (random.Next(10))
        {
            case < 2:
                Add(index);
                break;
            case < 4:
                Update(index);
                break;
            case < 5:
                Remove(index);
                break;
            case < 6:
                Refused(index);
                break;
            default:
                Search(index);
                break;
        }
    }

    /// <summary>Asserts that the index holds what it should, item by item.</summary>
    public void CheckItems(IVectorIndex index)
    {
        var items = index.ItemsAsync().ToBlockingEnumerable().ToList();
        Assert.Equal(Plain.Items.Keys, items.Select(i => i.Id));
        Assert.Equal(Plain.Items.Count, Wait(index.CountAsync()));
        foreach (var item in items)
        {
            var expected = Plain.Items[item.Id];
            Assert.Equal(expected.Label, item.Label);
            Assert.Equal(expected.Metadata.OrderBy(m => m.Key), item.Metadata.OrderBy(m => m.Key));
            var norm = metric == VectorMetric.Cosine
                ? Math.Sqrt(RandomVectors.Dot(expected.Vector.ToArray(), expected.Vector.ToArray())) : 1;
            Assert.All(expected.Vector.ToArray().Zip(item.Vector.ToArray()), p =>
                Assert.Equal(p.First / norm, p.Second, 1e-5 * Math.Max(1, Math.Abs(p.First))));
        }
    }

    public void Search(IVectorIndex index)
    {
        var options = new SearchOptions
        {
            K = random.Next(1, 12),
            Filter = random.Next(2) == 0 ? null : Filter(2),
            MinScore = random.Next(4) == 0 ? (random.NextSingle() - 0.5f) : float.NegativeInfinity,
            Breadth = isExact ? null : 400,
        };
        var queries = Enumerable.Range(0, random.Next(1, 5)).Select(_ => (ReadOnlyMemory<float>)Vector()).ToList();
        var found = Wait(index.SearchAsync(queries, options));
        Assert.Equal(queries.Count, found.Count);
        for (var q = 0; q < queries.Count; q++)
        {
            Recalls.Add(Plain.Check(found[q], queries[q], options, isExact));
        }
    }

    private void Add(IVectorIndex index)
    {
        var items = Enumerable.Range(0, random.Next(0, 12)).Select(_ => Item()).DistinctBy(i => i.Id)
            .Where(i => !Plain.Items.ContainsKey(i.Id)).ToList();
        Wait(index.AddAsync(items));
        items.ForEach(i => Plain.Items[i.Id] = i);
    }

    private void Update(IVectorIndex index)
    {
        var items = Enumerable.Range(0, random.Next(0, 12)).Select(_ => Item()).DistinctBy(i => i.Id).ToList();
        Wait(index.UpdateAsync(items));
        items.ForEach(i => Plain.Items[i.Id] = i);
    }

    private void Remove(IVectorIndex index)
    {
        long[] ids = [.. Enumerable.Range(0, random.Next(0, 15)).Select(_ => random.NextInt64(_ids))];
        Assert.Equal(ids.Distinct().Count(Plain.Items.ContainsKey), Wait(index.RemoveAsync(ids)));
        Array.ForEach(ids, id => Plain.Items.Remove(id));
    }

    /// <summary>A write with one bad item stores nothing.</summary>
    private void Refused(IVectorIndex index)
    {
        var bad = random.Next(3) switch
        {
            0 => new GalleryItem(_ids + 5, "short", new float[dimension + 1]),
            1 => new GalleryItem(_ids + 5, "not finite", Enumerable.Repeat(float.NaN, dimension).ToArray()),
            _ => new GalleryItem(_ids + 4, "twice", Vector()),
        };
        Assert.ThrowsAny<ArgumentException>(() => Wait(index.UpdateAsync([new GalleryItem(_ids + 4, "good", Vector()), bad])));
        Assert.Null(Wait(index.GetAsync(_ids + 4)));
    }

    private GalleryItem Item()
    {
        var metadata = new Dictionary<string, MetadataValue>();
        if (random.Next(3) != 0)
        {
            metadata["tenant"] = "abc"[random.Next(3)].ToString();
        }

        if (random.Next(3) != 0)
        {
            metadata["price"] = random.Next(-5, 20);
        }

        if (random.Next(3) != 0)
        {
            metadata["even"] = random.Next(2) == 0;
        }

        return new GalleryItem(random.NextInt64(_ids), _labels[random.Next(_labels.Length)], Vector(), metadata);
    }

    /// <summary>Now and then one that was there before, so that scores are equal.</summary>
    private float[] Vector()
    {
        if (_seen.Count > 0 && random.Next(6) == 0)
        {
            return _seen[random.Next(_seen.Count)];
        }

        var vector = RandomVectors.Vector(random, dimension);
        vector[0] += 0.01f; // never of length zero
        _seen.Add(vector);
        return vector;
    }

    private ItemFilter Filter(int depth) => random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => ItemFilter.Label(_labels[random.Next(_labels.Length)]),
        1 => ItemFilter.Equal("tenant", "abc"[random.Next(3)].ToString()),
        2 => ItemFilter.Range("price", random.Next(-5, 20), random.Next(2) == 0 ? null : random.Next(0, 25)),
        3 => ItemFilter.Has("even"),
        4 => ItemFilter.Id([.. Enumerable.Range(0, 5).Select(_ => random.NextInt64(_ids))]),
        5 => ItemFilter.Equal("even", random.Next(2) == 0),
        6 => ItemFilter.Not(Filter(depth - 1)),
        7 => ItemFilter.All(Filter(depth - 1), Filter(depth - 1)),
        _ => ItemFilter.Any(Filter(depth - 1), Filter(depth - 1)),
    };

    private static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();
}
