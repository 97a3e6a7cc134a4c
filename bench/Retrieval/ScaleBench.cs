using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Bench.Retrieval;

/// <summary>
/// A large gallery from its matrix to its answers, with time, processor time, disk and memory of each step:
/// <c>gallery-scale FOLDER [ITEMS] [DIMENSION] [STEPS] [MINUTES]</c>; the steps npy, flat, hnsw, reopen and compact build on
/// one another, files stay in the folder, and a graph takes no more items after so many minutes.
/// </summary>
internal static class ScaleBench
{
    private const int Queries = 200;
    private const int PerWrite = 10_000;
    private const string Steps = "npy,flat,hnsw,reopen,compact";

    public static void Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine($"gallery-scale FOLDER [ITEMS] [DIMENSION] [STEPS, of {Steps}] [MINUTES for the graph]");
            Environment.ExitCode = 1;
            return;
        }

        int Argument(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
        int items = Argument(1, 1_000_000), dimension = Argument(2, 512);
        var folder = Directory.CreateDirectory(args[0]).FullName;
        var (matrix, flat, hnsw) = (Path.Combine(folder, "vectors.npy"), Path.Combine(folder, "flat.gallery"), Path.Combine(folder, "hnsw.gallery"));
        var source = new ClusteredVectors(dimension, Math.Max(1, items / 100), 1, seed: 1);
        var queries = source.Take(Queries);
        Console.WriteLine($"{items} x {dimension}, {Math.Max(1, items / 100)} clusters, {Environment.ProcessorCount} processors");
        foreach (var step in (args.Length > 3 ? args[3] : Steps).Split(','))
        {
            switch (step)
            {
                case "npy": Measure("write the .npy", () => Write(matrix, source, items, dimension), matrix); break;
                case "flat": Flat(matrix, flat, queries); break;
                case "hnsw": Build(matrix, hnsw, GalleryIndexKind.Hnsw, TimeSpan.FromMinutes(Argument(4, 1 << 20))); break;
                case "reopen": Reopen(hnsw, flat, queries); break;
                case "compact": Compact(hnsw); break;
                default: throw new ArgumentException($"Expected steps of {Steps}, found '{step}'.", nameof(args));
            }
        }
    }

    private static void Write(string path, ClusteredVectors source, int items, int dimension)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0]);
        stream.Write(Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({items}, {dimension}), }}".PadRight(117) + "\n"));
        for (var i = 0; i < items; i++)
        {
            stream.Write(MemoryMarshal.AsBytes(source.Next().AsSpan()));
        }
    }

    private static void Flat(string matrix, string path, ReadOnlyMemory<float>[] queries)
    {
        Build(matrix, path, GalleryIndexKind.Flat, TimeSpan.MaxValue);
        using var gallery = Measure("open the flat gallery", () => Gallery.Open(path, new GalleryOptions { ReadOnly = true }), path);
        Search("search it, one query at a time", gallery, queries, new SearchOptions(), null);
        Measure($"search it, {queries.Length} queries at once", () => gallery.Search(queries));
    }

    private static void Build(string matrix, string path, GalleryIndexKind kind, TimeSpan most)
    {
        foreach (var file in (string[])[path, path + ".hnsw"])
        {
            File.Delete(file);
        }

        Measure($"build the {kind} gallery from the .npy", () =>
        {
            using var reader = NpyReader.Open(matrix);
            using var gallery = Gallery.Create(path, new GalleryHeader { Dimensions = reader.Columns, Index = kind });
            var count = reader.Rows;
            var clock = Stopwatch.StartNew();
            for (var from = 0; from < count; from += PerWrite)
            {
                gallery.AddAsync([.. Enumerable.Range(from, Math.Min(PerWrite, count - from)).Select(i => new GalleryItem(i, $"label {i % 1000}", reader.ReadRow()))]).AsTask().Wait();
                if (kind == GalleryIndexKind.Hnsw && gallery.Count % (10 * PerWrite) == 0)
                {
                    Console.WriteLine($"    {gallery.Count} items after {clock.Elapsed.TotalSeconds:0} s, {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:0} s of processor time since the start");
                    if (clock.Elapsed > most)
                    {
                        Console.WriteLine("    the time is up");
                        break;
                    }
                }
            }

            gallery.SaveGraph();
            Console.WriteLine($"    index in memory {gallery.MemoryBytes / 1e6:0} MB");
        }, path, path + ".hnsw");
    }

    private static void Reopen(string hnsw, string flat, ReadOnlyMemory<float>[] queries)
    {
        using var gallery = Measure("open the HNSW gallery with its graph", () => Gallery.Open(hnsw, new GalleryOptions { ReadOnly = true }), hnsw, hnsw + ".hnsw");
        using var exact = Gallery.Open(hnsw, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
        var truth = exact.Search(queries);
        foreach (var breadth in (int[])[32, 64, 128, 256])
        {
            Search($"search it, breadth {breadth}", gallery, queries, new SearchOptions { Breadth = breadth }, truth);
        }
    }

    private static void Compact(string hnsw)
    {
        using var gallery = Measure("open the HNSW gallery for writing", () => Gallery.Open(hnsw));
        Measure("remove every tenth item", () => gallery.RemoveAsync([.. gallery.Items().Where(i => i.Id % 10 == 0).Select(i => i.Id)]).AsTask().Wait(), hnsw);
        Measure("compact", () => gallery.Compact(), hnsw);
        Measure("save the graph", gallery.SaveGraph, hnsw + ".hnsw");
    }

    private static void Search(string what, Gallery gallery, ReadOnlyMemory<float>[] queries, SearchOptions options, IReadOnlyList<IReadOnlyList<VectorMatch>>? truth)
    {
        var samples = new Samples();
        var hits = 0;
        for (var q = 0; q < queries.Length; q++)
        {
            IReadOnlyList<VectorMatch> found = [];
            samples.Measure(() => found = gallery.Search(queries[q], options));
            hits += truth is null ? 0 : found.Count(m => truth[q].Any(t => t.Id == m.Id));
        }

        Console.WriteLine($"{what}: median {samples.Median:0.000} ms, least {samples.Min:0.000} ms{(truth is null ? "" : $", recall@10 {hits / (10.0 * queries.Length):0.0000}")}");
    }

    private static void Measure(string what, Action action, params string[] files) => Measure(what, () =>
    {
        action();
        return 0;
    }, files);

    private static T Measure<T>(string what, Func<T> action, params string[] files)
    {
        GC.Collect();
        ResetPeak();
        var process = Process.GetCurrentProcess();
        var (cpu, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        var result = action();
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        var disk = string.Concat(files.Where(File.Exists).Select(f => $"; {Path.GetFileName(f)} {new FileInfo(f).Length / 1e6:0} MB"));
        Console.WriteLine($"{what}: {elapsed.TotalSeconds:0.0} s, {(process.TotalProcessorTime - cpu).TotalSeconds:0.0} s of processor time; peak memory {Peak():0} MB{disk}");
        return result;
    }

    // Linux forgets the peak when it is asked to; elsewhere the peak is that of the whole run.
    private static void ResetPeak()
    {
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    private static double Peak() => OperatingSystem.IsLinux()
        ? double.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6
        : Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
}
