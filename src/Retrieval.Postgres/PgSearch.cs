using System.Data;
using Npgsql;
using NpgsqlTypes;
using PPLCNet.Vision.Retrieval.Indexes;
using Pgvector;

namespace PPLCNet.Vision.Retrieval.Postgres;

/// <summary>
/// One search, all its statements over one state of the table. A filter that lets few items through is searched exactly over
/// these; else the HNSW index
/// leads the way, and queries that it leaves short of k are searched again exactly, because the index gives up after so many rows
/// that do not pass.
/// </summary>
internal sealed class PgSearch(NpgsqlConnection connection, PgVectorOptions options, SearchOptions search)
{
    private const int MostBreadth = 1000; // pgvector's own limit of ef_search
    private const int MostRows = 40_000; // rows that the index looks at before it gives up: about where reading all that pass costs the same

    /// <summary>The answers, in the order of the queries.</summary>
    public async Task<IReadOnlyList<VectorMatch>[]> RunAsync(ReadOnlyMemory<float>[] queries, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        var few = search.Filter is null ? null : await PassingAsync(cancellationToken).ConfigureAwait(false);
        var answers = await AskAsync(queries, few, isExact: few is not null, cancellationToken).ConfigureAwait(false);
        int[] shorts = [.. Enumerable.Range(0, answers.Length).Where(q => few is null && answers[q].Count < search.K)];
        if (shorts.Length > 0)
        {
            var again = await AskAsync([.. shorts.Select(q => queries[q])], null, isExact: true, cancellationToken).ConfigureAwait(false);
            foreach (var (q, answer) in shorts.Zip(again))
            {
                answers[q] = answer;
            }
        }

        return [.. answers.Select(a => (IReadOnlyList<VectorMatch>)[.. a.Where(m => m.Score >= search.MinScore)])];
    }

    /// <summary>The ids that pass the filter, where they are few; else null.</summary>
    private async Task<long[]?> PassingAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = $"SELECT id FROM {options.Table} WHERE {FilterSql.Of(search.Filter!, command.Parameters)} LIMIT {options.ScanUpTo + 1L}";
        var ids = new List<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids.Count <= options.ScanUpTo ? [.. ids] : null;
    }

    private async Task<List<VectorMatch>[]> AskAsync(ReadOnlyMemory<float>[] queries, long[]? ids, bool isExact, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        void Set(string setting) => batch.BatchCommands.Add(new NpgsqlBatchCommand($"SET LOCAL {setting}"));
        if (isExact)
        {
            Set("enable_indexscan = off"); // an HNSW index has no other way to be scanned; the others are still read as bitmaps
        }
        else
        {
            Set($"hnsw.ef_search = {Math.Min(MostBreadth, Math.Max(search.K, search.Breadth ?? options.SearchBreadth))}");
            Set("hnsw.iterative_scan = relaxed_order"); // the statement sorts; a strict order would drop what came late
            Set($"hnsw.max_scan_tuples = {MostRows}");
            Set("hnsw.scan_mem_multiplier = 4");
        }

        foreach (var query in queries)
        {
            batch.BatchCommands.Add(Command(query, ids, isExact));
        }

        var answers = new List<List<VectorMatch>>(queries.Length);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        do
        {
            answers.Add(await MatchesAsync(reader, cancellationToken).ConfigureAwait(false));
        }
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        return [.. answers];
    }

    private NpgsqlBatchCommand Command(ReadOnlyMemory<float> query, long[]? ids, bool isExact)
    {
        var command = new NpgsqlBatchCommand { Parameters = { new() { Value = new Vector(query) }, new() { Value = (long)search.K } } };
        var where = "";
        if (ids is not null)
        {
            command.Parameters.Add(new() { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            where = $"WHERE id = ANY(${command.Parameters.Count}) ";
        }
        else if (search.Filter is not null)
        {
            where = $"WHERE {FilterSql.Of(search.Filter, command.Parameters)} ";
        }

        // Ordering by distance and id in one keeps PostgreSQL 15 from using the index, which orders by distance alone: ties are
        // sorted outside.
        var distance = $"embedding {PgSchema.Operator(options.Metric)} $1";
        var nearest = isExact ? $"{distance}, id LIMIT $2" : $"{distance} FETCH FIRST ($2) ROWS WITH TIES";
        command.CommandText = $"SELECT id, label, metadata::text, distance FROM (SELECT id, label, metadata, {distance} AS distance FROM {options.Table} "
            + $"{where}ORDER BY {nearest}) s ORDER BY distance, id LIMIT $2";
        return command;
    }

    private async Task<List<VectorMatch>> MatchesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var matches = new List<VectorMatch>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var distance = reader.GetDouble(3);
            var score = (float)(options.Metric == VectorMetric.L2 ? 1 - (distance * distance / 2) : -distance);
            matches.Add(new VectorMatch(reader.GetInt64(0), reader.GetString(1), score, PgVectorIndex.Metadata(reader.GetString(2))));
        }

        return matches;
    }
}
