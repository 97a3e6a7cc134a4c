using System.Diagnostics;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;

namespace PPLCNet.Vision.Bench.Retrieval;

/// <summary>
/// The graph against the exact index: <c>hnsw-search [ITEMS] [DIMENSION] [CONNECTIVITY] [BUILD_BREADTH] [PRECISION]
/// [BUILD_THREADS]</c>.
/// </summary>
internal static class HnswSearchBench
{
    private const int Queries = 500;

    public static void Run(string[] args)
    {
        int Argument(int at, int otherwise) => args.Length > at ? int.Parse(args[at]) : otherwise;
        int items = Argument(0, 100_000), dimension = Argument(1, 512);
        var options = new HnswOptions
        {
            Connectivity = Argument(2, 16),
            BuildBreadth = Argument(3, 200),
            Precision = args.Length > 4 ? Enum.Parse<HnswPrecision>(args[4]) : HnswPrecision.BFloat16,
            BuildThreads = Argument(5, 1),
        };
        var source = new ClusteredVectors(dimension, Math.Max(1, items / 100), 1, seed: 1);
        var gallery = source.Items(items);
        var queries = source.Take(Queries);
        using var flat = new FlatIndex(dimension);
        flat.AddAsync(gallery).AsTask().Wait();
        var truth = flat.Search(queries).Select(a => a.Select(m => m.Id).ToHashSet()).ToArray();

        using var hnsw = new HnswIndex(dimension, VectorMetric.Cosine, options);
        var start = Stopwatch.GetTimestamp();
        hnsw.AddAsync(gallery).AsTask().Wait();
        var build = Stopwatch.GetElapsedTime(start);
        Console.WriteLine($"{items} x {dimension}, {items / 100} clusters, M {options.Connectivity}, efConstruction {options.BuildBreadth}, {options.Precision}, {options.BuildThreads} build threads");
        Console.WriteLine($"build {build.TotalSeconds:0.0} s; memory {hnsw.Bytes / 1e6:0} MB (graph {(hnsw.Bytes - flat.Bytes) / 1e6:0} MB, float32 vectors {flat.Bytes / 1e6:0} MB)");
        Console.WriteLine("breadth  recall@10   median ms   queries/s (one thread, from the median)");
        foreach (var breadth in (int[])[10, 16, 32, 64, 128, 256, 512])
        {
            var samples = new Samples();
            var hits = 0;
            var search = new SearchOptions { Breadth = breadth };
            for (var q = 0; q < queries.Length; q++)
            {
                IReadOnlyList<VectorMatch> found = [];
                samples.Measure(() => found = hnsw.Search(queries[q], search));
                hits += found.Count(m => truth[q].Contains(m.Id));
            }

            Console.WriteLine($"{breadth,7}{hits / (10.0 * Queries),11:0.0000}{samples.Median,12:0.000}{1000 / samples.Median,12:0}");
        }
    }
}
