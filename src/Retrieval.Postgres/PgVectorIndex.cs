using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using Pgvector;

namespace PPLCNet.Vision.Retrieval.Postgres;

/// <summary>
/// The index for galleries beyond one process: a table in PostgreSQL with pgvector (0.8 or newer), searched through an HNSW
/// index, filters included.
/// </summary>
/// <remarks>Thread-safe; every call takes a connection of the pool. Approximate as HNSW is, except where a filter lets few items
/// through
/// (<see cref="PgVectorOptions.ScanUpTo"/>) or the graph leaves an answer short of K: then exact. Vectors of more than 2000
/// values are searched exactly,
/// because pgvector does not index them. Text bounds of ranges compare by code point.</remarks>
public sealed class PgVectorIndex : IVectorIndex, IModelNote
{
    private const int Page = 500;

    private readonly NpgsqlDataSource _source;
    private readonly PgVectorOptions _options;

    private PgVectorIndex(NpgsqlDataSource source, PgVectorOptions options, VectorModel model)
    {
        Model = model;
        _source = source;
        _options = options;
    }

    /// <inheritdoc/>
    public int Dimensions => _options.Dimensions;

    /// <inheritdoc/>
    public VectorMetric Metric => _options.Metric;

    /// <inheritdoc/>
    public VectorModel Model { get; private set; }

    /// <summary>Opens the index, making or migrating its table. A table that is up to date is only read, so a role with the right
    /// to SELECT from it and
    /// from <c>pplcnet_galleries</c> can open it and search.</summary>
    /// <param name="connection">An Npgsql connection string.</param>
    /// <param name="options">The table and its vectors.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ModelFormatException">The table has another dimension, metric or model, or a newer program made it;
    /// or it must be made or brought up to date, and the role may not.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached, or has no pgvector.</exception>
    public static async Task<PgVectorIndex> OpenAsync(string connection, PgVectorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Dimensions, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.ScanUpTo, nameof(options));
        var single = new NpgsqlConnectionStringBuilder(connection) { Pooling = false };
        VectorModel model;
        await using (var first = new NpgsqlConnection(single.ConnectionString))
        {
            await first.OpenAsync(cancellationToken).ConfigureAwait(false);
            model = await PgSchema.OpenAsync(first, options, cancellationToken).ConfigureAwait(false);
        }

        // Only now the type "vector" is sure to be there when the pool looks up its types.
        var builder = new NpgsqlDataSourceBuilder(connection);
        builder.UseVector();
        return new PgVectorIndex(builder.Build(), options, model);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(CancellationToken cancellationToken = default)
    {
        await using var command = _source.CreateCommand($"SELECT count(*) FROM {_options.Table}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>The lowest id above every one in use; another process may take it first, and adding tells so.</summary>
    internal async ValueTask<long> NextIdAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand($"SELECT coalesce(max(id) + 1, 0) FROM {_options.Table}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => PutAsync(items, isNew: true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask UpdateAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => PutAsync(items, isNew: false, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default)
    {
        // Rows are locked in the order of ids, as writes do it: two writers in opposite orders would lock each other out.
        await using var command = _source.CreateCommand(
            $"WITH doomed AS (SELECT id FROM {_options.Table} WHERE id = ANY($1) ORDER BY id FOR UPDATE) "
            + $"DELETE FROM {_options.Table} t USING doomed WHERE t.id = doomed.id");
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
        return await new PgSearch(connection, _options, options).RunAsync(ready, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    async ValueTask IModelNote.NoteModelAsync(VectorModel model, CancellationToken cancellationToken)
    {
        if (Model.IsKnown)
        {
            return;
        }

        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (await PgSchema.NoteModelAsync(connection, _options with { Model = model }, cancellationToken).ConfigureAwait(false))
        {
            Model = model;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

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
        foreach (var page in ready.OrderBy(i => i.Id).Chunk(Page))
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

    internal static IReadOnlyDictionary<string, MetadataValue> Metadata(string json) => ItemMetadata.FromJson(Encoding.UTF8.GetBytes(json));
}
