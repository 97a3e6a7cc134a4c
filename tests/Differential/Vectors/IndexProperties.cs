using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Tests.Differential.Running;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Differential.Vectors;

/// <summary>Random histories of add, update, remove, filter, search and reopen: every answer is that of a plain list.</summary>
public sealed class IndexProperties : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Flat() => Property.Holds("index-flat", random => Run(
        random, (dimension, metric) =>
            new FlatIndex(dimension, metric, new FlatIndexOptions { Threads = random.Next(1, 3) }), isExact: true));

    [Fact]
    public void Int8() => Property.Holds("index-int8", random => Run(
        random, (dimension, metric) =>
            new FlatIndex(dimension, metric, new FlatIndexOptions { Precision = FlatPrecision.Int8 }), isExact: true));

    [Fact]
    public void Graph() => Property.Holds("index-graph", random =>
    {
        var options = new HnswOptions { ScanUpTo = random.Next(2) * 20, Connectivity = random.Next(4, 20), BuildThreads =
            1, Precision = (HnswPrecision)random.Next(3) };
        var recalls = Run(random, (dimension, metric) => new HnswIndex(dimension, metric, options), isExact: false);
        var recall = recalls.DefaultIfEmpty(1).Average();
        Assert.True(recalls.Count < 10 || recall > 0.8, $"mean recall {recall:0.000} over {recalls.Count} searches");
    });

    [Fact]
    public void Galleries() => Property.Holds("gallery-history", random =>
    {
        var path = _folder.File($"g{random.Next()}");
        var (dimension, metric) = (random.Next(1, 20), (VectorMetric)random.Next(3));
        var kind = (GalleryIndexKind)random.Next(3);
        var history = new History(random, dimension, metric, isExact: kind != GalleryIndexKind.Hnsw);
        var gallery = Gallery.Create(path, new GalleryHeader { Dimensions = dimension, Metric = metric, Index = kind });
        try
        {
            for (var part = random.Next(1, 5); part > 0; part--)
            {
                for (var step = random.Next(0, 15); step > 0; step--)
                {
                    history.Step(gallery);
                }

                history.CheckItems(gallery);
                if (random.Next(3) == 0)
                {
                    gallery.Compact();
                    history.CheckItems(gallery);
                }

                if (random.Next(3) == 0)
                {
                    gallery.SaveGraph();
                }

                using (var reader = Gallery.Open(path, new GalleryOptions { ReadOnly = true }))
                {
                    history.CheckItems(reader);
                    history.Search(reader);
                }

                gallery.Dispose();
                GalleryFiles.Check(path);
                gallery = Gallery.Open(path);
                history.CheckItems(gallery);
            }
        }
        finally
        {
            gallery.Dispose();
            foreach (var file in Directory.GetFiles(_folder.Path))
            {
                File.Delete(file);
            }
        }
    });

    public void Dispose() => _folder.Dispose();

    private static List<double> Run(Random random, Func<int, VectorMetric, IVectorIndex> create, bool isExact)
    {
        var (dimension, metric) = (random.Next(1, 40), (VectorMetric)random.Next(3));
        var history = new History(random, dimension, metric, isExact);
        using var index = create(dimension, metric);
        for (var step = random.Next(1, 60); step > 0; step--)
        {
            history.Step(index);
        }

        history.CheckItems(index);
        return history.Recalls;
    }
}
