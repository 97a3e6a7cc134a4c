using System.Runtime.Intrinsics;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;

namespace PPLCNet.Vision.Bench.Retrieval;

/// <summary>The exact index against the machine's memory: <c>flat-search [ITEMS] [DIMENSION] [ROUNDS]</c>.</summary>
internal static class FlatSearchBench
{
    private const int Batch = 64;

    public static void Run(string[] args)
    {
        int Argument(int at, int otherwise) => args.Length > at ? int.Parse(args[at]) : otherwise;
        int items = Argument(0, 100_000), dimension = Argument(1, 512), rounds = Argument(2, 25);
        var source = new ClusteredVectors(dimension, Math.Max(1, items / 100), 1, seed: 1);
        var gallery = source.Items(items);
        var queries = source.Take(Batch);
        using var flat = new FlatIndex(dimension);
        using var int8 = new FlatIndex(dimension, VectorMetric.Cosine, new FlatIndexOptions { Precision = FlatPrecision.Int8 });
        flat.AddAsync(gallery).AsTask().Wait();
        int8.AddAsync(gallery).AsTask().Wait();

        Samples read = new(), one = new(), oneInt8 = new(), batch = new(), batchInt8 = new();
        var sink = 0f;
        for (var round = -3; round < rounds; round++)
        {
            var query = queries[(round + 3) % Batch];
            void Measure(Samples samples, Action action)
            {
                (round < 0 ? new Samples() : samples).Measure(action);
            }

            Measure(read, () => sink += StreamingRead(flat.Store.Vectors, items));
            Measure(one, () => flat.Search(query));
            Measure(oneInt8, () => int8.Search(query));
            if (round % 5 == 0)
            {
                Measure(batch, () => flat.Search(queries));
                Measure(batchInt8, () => int8.Search(queries));
            }
        }

        var megabytes = (double)items * dimension * sizeof(float) / 1e6;
        Console.WriteLine($"{items} x {dimension} float32 = {megabytes:0.0} MB, one thread, k 10, {rounds} rounds (checksum {sink:0.###})");
        Console.WriteLine("                              min ms  median ms   min per query   GB/s at min");
        void Row(string what, Samples samples, int perCall, double bytes) =>
            Console.WriteLine($"{what,-28}{samples.Min,8:0.000}{samples.Median,11:0.000}{samples.Min / perCall,16:0.000}{bytes / 1e6 / samples.Min,14:0.0}");
        Row("plain streaming read", read, 1, megabytes * 1e6);
        Row("float32, one query", one, 1, megabytes * 1e6);
        Row("int8 + re-rank, one query", oneInt8, 1, megabytes * 1e6 / 4);
        Row($"float32, {Batch} at once", batch, Batch, megabytes * 1e6);
        Row($"int8 + re-rank, {Batch} at once", batchInt8, Batch, megabytes * 1e6 / 4);
        Console.WriteLine($"float32 at {read.Min / one.Min:0.0%} of the read's bandwidth (min), {read.Median / one.Median:0.0%} (median)");
        Console.WriteLine($"int8 is {one.Min / oneInt8.Min:0.00} times as fast (min), {one.Median / oneInt8.Median:0.00} (median); recall@10 {Recall(flat, int8, queries):0.0000}");
        Console.WriteLine($"{Batch} at once: {one.Min / (batch.Min / Batch):0.0} times the queries per second (min), {one.Median / (batch.Median / Batch):0.0} (median)");
    }

    private static double Recall(FlatIndex exact, FlatIndex other, ReadOnlyMemory<float>[] queries)
    {
        var hits = 0;
        for (var q = 0; q < queries.Length; q++)
        {
            var truth = exact.Search(queries[q]).Select(m => (m.Id, m.Score)).ToHashSet();
            hits += other.Search(queries[q]).Count(m => truth.Contains((m.Id, m.Score)));
        }

        return hits / (10.0 * queries.Length);
    }

    /// <summary>Reads every vector once, as fast as one thread can: sixteen floats at a time, eight independent sums.</summary>
    private static float StreamingRead(NativeBlocks<float> vectors, int rows)
    {
        Vector512<float> sum = default;
        for (var row = 0; row < rows; row += vectors.RowsPerBlock)
        {
            Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            ref var at = ref vectors.Row(row);
            var count = (nuint)Math.Min(vectors.RowsPerBlock, rows - row) * (nuint)vectors.Stride / 128 * 128;
            for (nuint i = 0; i < count; i += 128)
            {
                a += Vector512.LoadUnsafe(ref at, i);
                b += Vector512.LoadUnsafe(ref at, i + 16);
                c += Vector512.LoadUnsafe(ref at, i + 32);
                d += Vector512.LoadUnsafe(ref at, i + 48);
                e += Vector512.LoadUnsafe(ref at, i + 64);
                f += Vector512.LoadUnsafe(ref at, i + 80);
                g += Vector512.LoadUnsafe(ref at, i + 96);
                h += Vector512.LoadUnsafe(ref at, i + 112);
            }

            sum += a + b + c + d + e + f + g + h;
        }

        return Vector512.Sum(sum);
    }
}
