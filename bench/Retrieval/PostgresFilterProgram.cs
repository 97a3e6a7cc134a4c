using Npgsql;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Postgres;

namespace PPLCNet.Vision.Bench.Retrieval;

/// <summary>
/// Searches in PostgreSQL beside the exact index in memory: <c>postgres-filter CONNECTION [ITEMS] [PASSING] [DIMENSION]
/// [ROUNDS]</c>. Few items pass the
/// filter, and they lie far from the queries, so that following the graph would not meet them.
/// </summary>
internal static class PostgresFilterProgram
{
    private const string Table = "bench_filter";

    public static void Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine("postgres-filter: expected a connection string of a PostgreSQL server with pgvector, e.g. \"Host=127.0.0.1;Username=postgres\"; "
                + $"its table {Table} is emptied");
            Environment.ExitCode = 1;
            return;
        }

        int Argument(int at, int otherwise) => args.Length > at ? int.Parse(args[at]) : otherwise;
        int count = Argument(1, 25_000), passing = Argument(2, 40), dimension = Argument(3, 512), rounds = Argument(4, 50);
        var source = new ClusteredVectors(dimension, Math.Max(1, count / 100), 1, seed: 1);
        GalleryItem Item(int id)
        {
            var (vector, isRare) = (source.Next(), id % (count / passing) == 0);
            vector[0] = isRare ? -1 : 0.5f;
            return new GalleryItem(id, "", vector, new Dictionary<string, MetadataValue> { ["shop"] = isRare ? "rare" : "common" });
        }

        GalleryItem[] items = [.. Enumerable.Range(0, count).Select(Item)];
        var queries = source.Take(rounds);
        foreach (var query in queries)
        {
            System.Runtime.InteropServices.MemoryMarshal.AsMemory(query).Span[0] = 0.5f;
        }

        using var flat = new FlatIndex(dimension);
        using var postgres = PgVectorIndex.OpenAsync(args[0], new PgVectorOptions { Dimensions = dimension, Table = Table, BuildBreadth = 64 }).GetAwaiter().GetResult();
        flat.AddAsync(items).AsTask().Wait();
        postgres.UpdateAsync(items).AsTask().Wait();
        using (var connection = new NpgsqlConnection(args[0]))
        {
            // The server does it by itself within about a minute; until then its planner knows nothing about the table.
            connection.Open();
            new NpgsqlCommand($"ANALYZE {Table}", connection).ExecuteNonQuery();
        }


        Console.WriteLine($"{count} x {dimension}, k 10, {rounds} queries one at a time; recall against the exact index");
        Console.WriteLine("                         PostgreSQL: found   recall   min ms  median ms   flat index: min ms  median ms");
        foreach (var (name, filter) in ((string, ItemFilter?)[])[("no filter", null), ($"{passing} items pass", ItemFilter.Equal("shop", "rare")), ("nearly all pass", ItemFilter.Equal("shop", "common"))])
        {
            var search = new SearchOptions { K = 10, Filter = filter };
            Samples there = new(), here = new();
            int least = int.MaxValue, hits = 0, all = 0;
            for (var round = -5; round < rounds; round++)
            {
                var query = queries[(round + rounds) % rounds];
                IReadOnlyList<VectorMatch> found = [], expected = [];
                (round < 0 ? new Samples() : there).Measure(() => found = postgres.Search(query, search));
                (round < 0 ? new Samples() : here).Measure(() => expected = flat.Search(query, search));
                least = Math.Min(least, found.Count);
                hits += found.Count(f => expected.Any(e => e.Id == f.Id));
                all += expected.Count;
            }

            Console.WriteLine($"{name,-24}{least,15} of 10{hits / (double)all,9:0.0000}{there.Min,9:0.000}{there.Median,11:0.000}{here.Min,21:0.000}{here.Median,11:0.000}");
        }
    }
}
