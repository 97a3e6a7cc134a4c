using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using Pgvector;

namespace PPLCNet.Vision.Retrieval.Postgres;

/// <summary>
/// The index for galleries beyond one process: a table in PostgreSQL with pgvector (0.8 or newer), searched through an HNSW index, filters included.
/// </summary>
/// <remarks>Thread-safe; every call takes a connection of the pool. Approximate as HNSW is; vectors of more than 2000 values are searched exactly,
/// because pgvector does not index them. Text bounds of ranges compare by code point.</remarks>
public sealed class PgVectorIndex : IVectorIndex
{
    private const int Page = 500;
    private const int MostBreadth = 1000; // pgvector's own limit of ef_search

    private readonly NpgsqlDataSource _source;
    private readonly PgVectorOptions _options;

    private PgVectorIndex(NpgsqlDataSource source, PgVectorOptions options)
    {
        _source = source;
        _options = options;
    }

    /// <inheritdoc/>
    public int Dimensions => _options.Dimensions;

    /// <inheritdoc/>
    public VectorMetric Metric => _options.Metric;

    /// <summary>Opens the index, making or migrating its table.</summary>
    /// <param name="connection">An Npgsql connection string.</param>
    /// <param name="options">The table and its vectors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelFormatException">The table has another dimension or metric, or a newer program made it.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached, or has no pgvector.</exception>
    public static async Task<PgVectorIndex> OpenAsync(string connection, PgVectorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Dimensions, 1, nameof(options));
        var single = new NpgsqlConnectionStringBuilder(connection) { Pooling = false };
        await using (var first = new NpgsqlConnection(single.ConnectionString))
        {
            await first.OpenAsync(cancellationToken).ConfigureAwait(false);
            await PgSchema.MigrateAsync(first, options, cancellationToken).ConfigureAwait(false);
        }

        // Only now the type "vector" is sure to be there when the pool looks up its types.
        var builder = new NpgsqlDataSourceBuilder(connection);
        builder.UseVector();
        return new PgVectorIndex(builder.Build(), options);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(CancellationToken cancellationToken = default)
    {
        await using var command = _source.CreateCommand($"SELECT count(*) FROM {_options.Table}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => PutAsync(items, isNew: true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask UpdateAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => PutAsync(items, isNew: false, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default)
    {
        await using var command = _source.CreateCommand($"DELETE FROM {_options.Table} WHERE id = ANY($1)");
        command.Parameters.Add(new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<GalleryItem?> GetAsync(long id, CancellationToken cancellationToken = default)
    {
        var items = await ReadAsync("id = $1", id, 1, cancellationToken).ConfigureAwait(false);
        return items.Count == 0 ? null : items[0];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GalleryItem> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Page by page, so that no connection is held while the caller works.
        for (var last = -1L; ;)
        {
            var page = await ReadAsync("id > $1", last, Page, cancellationToken).ConfigureAwait(false);
            foreach (var item in page)
            {
                last = item.Id;
                yield return item;
            }

            if (page.Count < Page)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IReadOnlyList<VectorMatch>>> SearchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = VectorCheck.Options(options);
        ReadOnlyMemory<float>[] ready = [.. queries.Select(q => VectorCheck.Query(q, Dimensions, Metric))];
        if (ready.Length == 0)
        {
            return [];
        }

        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var breadth = Math.Min(MostBreadth, Math.Max(options.K, options.Breadth ?? _options.SearchBreadth));

        // Iterative scans go on until k items have passed the filter; without them a narrow filter would leave the answer short.
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SET LOCAL hnsw.ef_search = {breadth}"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL hnsw.iterative_scan = strict_order"));
        foreach (var query in ready)
        {
            batch.BatchCommands.Add(SearchCommand(query, options));
        }

        var answers = new List<IReadOnlyList<VectorMatch>>(ready.Length);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        do
        {
            answers.Add(await MatchesAsync(reader, options.MinScore, cancellationToken).ConfigureAwait(false));
        }
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        return answers;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private NpgsqlBatchCommand SearchCommand(ReadOnlyMemory<float> query, SearchOptions options)
    {
        var command = new NpgsqlBatchCommand
        {
            Parameters = { new() { Value = new Vector(query) }, new() { Value = (long)options.K } },
        };
        var where = options.Filter is null ? "" : $"WHERE {FilterSql.Of(options.Filter, command.Parameters)} ";
        var distance = $"embedding {PgSchema.Operator(Metric)} $1";
        command.CommandText = $"SELECT id, label, metadata::text, {distance} FROM {_options.Table} {where}ORDER BY {distance}, id LIMIT $2";
        return command;
    }

    private async Task<List<VectorMatch>> MatchesAsync(NpgsqlDataReader reader, float minScore, CancellationToken cancellationToken)
    {
        var matches = new List<VectorMatch>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var distance = reader.GetDouble(3);
            var score = (float)(Metric == VectorMetric.L2 ? 1 - (distance * distance / 2) : -distance);
            if (score >= minScore)
            {
                matches.Add(new VectorMatch(reader.GetInt64(0), reader.GetString(1), score, Metadata(reader.GetString(2))));
            }
        }

        return matches;
    }

    private async Task<List<GalleryItem>> ReadAsync(string condition, long id, int limit, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand($"SELECT id, label, metadata::text, embedding FROM {_options.Table} WHERE {condition} ORDER BY id LIMIT {limit}");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var items = new List<GalleryItem>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            items.Add(new GalleryItem(reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<Vector>(3).Memory, Metadata(reader.GetString(2))));
        }

        return items;
    }

    private async ValueTask PutAsync(IReadOnlyList<GalleryItem> items, bool isNew, CancellationToken cancellationToken)
    {
        var ready = VectorCheck.Items(items, Dimensions, Metric);
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var conflict = isNew ? "NOTHING" : "UPDATE SET label = excluded.label, metadata = excluded.metadata, embedding = excluded.embedding";
        var sql = $"INSERT INTO {_options.Table} VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO {conflict}";
        foreach (var page in ready.Chunk(Page))
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var item in page)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
                {
                    Parameters =
                    {
                        new() { Value = item.Id },
                        new() { Value = item.Label },
                        new() { Value = item.Metadata.Count == 0 ? "{}" : Encoding.UTF8.GetString(ItemMetadata.ToJson(item.Metadata)), NpgsqlDbType = NpgsqlDbType.Jsonb },
                        new() { Value = new Vector(item.Vector) },
                    },
                });
            }

            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < page.Length; i++)
            {
                // Nothing inserted means that the id was there; leaving without a commit takes back the rest.
                if (batch.BatchCommands[i].RecordsAffected == 0)
                {
                    throw VectorCheck.Duplicate(page[i].Id);
                }
            }
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyDictionary<string, MetadataValue> Metadata(string json) => ItemMetadata.FromJson(Encoding.UTF8.GetBytes(json));
}
