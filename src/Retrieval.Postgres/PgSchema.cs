using System.Text.RegularExpressions;
using Npgsql;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Postgres;

/// <summary>
/// The tables of an index and how older ones become newer ones. <c>pplcnet_galleries</c> notes for each table its version,
/// dimension, metric and model;
/// opening runs the steps that are missing, one opener at a time. A table that lacks nothing is only read, so a role that may
/// only read can open it.
/// </summary>
internal static partial class PgSchema
{
    private const int MaxIndexedDimension = 2000; // of pgvector's type "vector"
    private const long LockKey = 0x70706C636E6574; // any constant that nobody else is likely to use

    /// <summary>The statements that lead from version i to i + 1. Only ever append.</summary>
    private static readonly Func<PgVectorOptions, string>[] _steps =
    [
        o => $"CREATE TABLE {o.Table} (id bigint PRIMARY KEY, label text NOT NULL, metadata jsonb NOT NULL, embedding vector({o.Dimensions}) NOT NULL)",
        o => $"CREATE INDEX {o.Table}_label ON {o.Table} (label); CREATE INDEX {o.Table}_metadata ON {o.Table} USING gin (metadata jsonb_path_ops)",
        o => o.Dimensions > MaxIndexedDimension ? "" : $"CREATE INDEX {o.Table}_embedding ON {o.Table} USING hnsw (embedding {Operators(o.Metric)}) "
            + $"WITH (m = {o.Connectivity}, ef_construction = {Math.Max(o.BuildBreadth, 2 * o.Connectivity)})",
        _ => "ALTER TABLE pplcnet_galleries ADD COLUMN IF NOT EXISTS model text NOT NULL DEFAULT '', "
            + "ADD COLUMN IF NOT EXISTS fingerprint text NOT NULL DEFAULT ''",
    ];

    /// <summary>The newest version that this code knows.</summary>
    public static int Version => _steps.Length;

    /// <summary>Brings the table to the newest version, making it where there is none.</summary>
    /// <returns>The model that the table's vectors are of.</returns>
    /// <exception cref="ModelFormatException">It is there with another dimension, metric or model, or a newer program made it; or
    /// it must be made or
    /// brought up to date and the role may not.</exception>
    public static async Task<VectorModel> OpenAsync(NpgsqlConnection connection, PgVectorOptions options, CancellationToken cancellationToken)
    {
        CheckName(options.Table);
        var note = await ReadNoteAsync(connection, options, cancellationToken).ConfigureAwait(false);
        if (note is not { IsCurrent: true })
        {
            try
            {
                note = await MigrateAsync(connection, options, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new ModelFormatException(
                    options.Table,
                    $"a table of version {Version}, or a role that may make one",
                    $"{(note is null ? "no such table" : $"version {note.Version}")}, and a role that may not ({e.MessageText})",
                    e);
            }
        }

        if (!note.Model.IsKnown && options.Model.IsKnown && await NoteModelAsync(connection, options, cancellationToken).ConfigureAwait(false))
        {
            return options.Model;
        }

        return note.Model;
    }

    /// <summary>Notes the options' model for a table that names none and holds nothing yet; false where that is not so, or the
    /// role may not.</summary>
    public static async Task<bool> NoteModelAsync(NpgsqlConnection connection, PgVectorOptions options, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"UPDATE pplcnet_galleries SET model = $2, fingerprint = $3 WHERE name = $1 AND fingerprint = '' AND NOT EXISTS (SELECT 1 FROM {options.Table})",
            connection)
        {
            Parameters = { new() { Value = options.Table }, new() { Value = options.Model.Name }, new() { Value = options.Model.Fingerprint } },
        };
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return false;
        }
    }

    /// <summary>The operator that orders by a metric, smaller being nearer.</summary>
    public static string Operator(VectorMetric metric) => metric == VectorMetric.L2 ? "<->" : "<#>";

    private static string Operators(VectorMetric metric) => metric == VectorMetric.L2 ? "vector_l2_ops" : "vector_ip_ops";

    private static async Task<Note> MigrateAsync(NpgsqlConnection connection, PgVectorOptions options, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, "CREATE EXTENSION IF NOT EXISTS vector", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(
            connection,
            "CREATE TABLE IF NOT EXISTS pplcnet_galleries (name text PRIMARY KEY, version int NOT NULL, dimension int NOT NULL, metric text NOT NULL)",
            cancellationToken).ConfigureAwait(false);

        // Again, because another opener may have been at work until the lock was ours.
        var known = await ReadNoteAsync(connection, options, cancellationToken).ConfigureAwait(false);
        for (var step = known?.Version ?? 0; step < Version; step++)
        {
            await ExecuteAsync(connection, _steps[step](options), cancellationToken).ConfigureAwait(false);
        }

        var model = known?.Model ?? options.Model;
        await using var note = new NpgsqlCommand(
            "INSERT INTO pplcnet_galleries (name, version, dimension, metric, model, fingerprint) VALUES ($1, $2, $3, $4, $5, $6) "
            + "ON CONFLICT (name) DO UPDATE SET version = excluded.version",
            connection)
        {
            Parameters =
            {
                new() { Value = options.Table }, new() { Value = Version }, new() { Value = options.Dimensions },
                new() { Value = options.Metric.ToString() }, new() { Value = model.Name }, new() { Value = model.Fingerprint },
            },
        };
        await note.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new Note(Version, model);
    }

    private static async Task<Note?> ReadNoteAsync(NpgsqlConnection connection, PgVectorOptions options, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('pplcnet_galleries') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
        {
            return null;
        }

        // Through JSON, because tables that no newer program has met yet lack the columns of the model.
        await using var command = new NpgsqlCommand(
            "SELECT version, dimension, metric, coalesce(to_jsonb(g) ->> 'model', ''), coalesce(to_jsonb(g) ->> 'fingerprint', '') "
            + "FROM pplcnet_galleries g WHERE name = $1",
            connection)
        {
            Parameters = { new() { Value = options.Table } },
        };
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Checked(reader, options) : null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ModelFormatException(
                options.Table, "a role that may read pplcnet_galleries, where the shape of every table is noted (grant it SELECT)", e.MessageText, e);
        }
    }

    private static Note Checked(NpgsqlDataReader reader, PgVectorOptions options)
    {
        var (version, dimension, metric) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetString(2));
        if (version > Version)
        {
            throw new ModelFormatException(options.Table, $"a table of version {Version} or older", $"version {version}, which a newer program made");
        }

        if ((dimension, metric) != (options.Dimensions, options.Metric.ToString()))
        {
            throw new ModelFormatException(options.Table, $"vectors of {options.Dimensions} values under {options.Metric}", $"{dimension} under {metric}");
        }

        var model = new VectorModel(reader.GetString(3), reader.GetString(4));
        model.Require(options.Table, options.Model);
        return new Note(version, model);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        if (sql.Length > 0)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // The name goes into statements as it is, so nothing but a plain name may pass.
    private static void CheckName(string table)
    {
        if (!PlainName().IsMatch(table))
        {
            throw new ArgumentException($"A table name has lower-case letters, digits and underscores, at most 50; found '{table}'.", nameof(table));
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,49}$")]
    private static partial Regex PlainName();

    private sealed record Note(int Version, VectorModel Model)
    {
        public bool IsCurrent => Version == PgSchema.Version;
    }
}
