using System.Text.RegularExpressions;
using Npgsql;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Postgres;

/// <summary>
/// The tables of an index and how older ones become newer ones. <c>pplcnet_galleries</c> notes for each table its version, dimension and metric;
/// opening runs the steps that are missing, one opener at a time.
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
    ];

    /// <summary>The newest version that this code knows.</summary>
    public static int Version => _steps.Length;

    /// <summary>Brings the table to the newest version, making it where there is none.</summary>
    /// <exception cref="ModelFormatException">It is there with another dimension or metric, or a newer program made it.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, PgVectorOptions options, CancellationToken cancellationToken)
    {
        CheckName(options.Table);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, "CREATE EXTENSION IF NOT EXISTS vector", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(
            connection,
            "CREATE TABLE IF NOT EXISTS pplcnet_galleries (name text PRIMARY KEY, version int NOT NULL, dimension int NOT NULL, metric text NOT NULL)",
            cancellationToken).ConfigureAwait(false);
        var version = await ReadVersionAsync(connection, options, cancellationToken).ConfigureAwait(false);
        for (var step = version; step < Version; step++)
        {
            await ExecuteAsync(connection, _steps[step](options), cancellationToken).ConfigureAwait(false);
        }

        await using var note = new NpgsqlCommand(
            "INSERT INTO pplcnet_galleries VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET version = excluded.version", connection)
        {
            Parameters = { new() { Value = options.Table }, new() { Value = Version }, new() { Value = options.Dimensions }, new() { Value = options.Metric.ToString() } },
        };
        await note.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The operator that orders by a metric, smaller being nearer.</summary>
    public static string Operator(VectorMetric metric) => metric == VectorMetric.L2 ? "<->" : "<#>";

    private static string Operators(VectorMetric metric) => metric == VectorMetric.L2 ? "vector_l2_ops" : "vector_ip_ops";

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, PgVectorOptions options, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT version, dimension, metric FROM pplcnet_galleries WHERE name = $1", connection)
        {
            Parameters = { new() { Value = options.Table } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var (version, dimension, metric) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetString(2));
        if (version > Version)
        {
            throw new ModelFormatException(options.Table, $"a table of version {Version} or older", $"version {version}, which a newer program made");
        }

        return (dimension, metric) == (options.Dimensions, options.Metric.ToString())
            ? version
            : throw new ModelFormatException(options.Table, $"vectors of {options.Dimensions} values under {options.Metric}", $"{dimension} under {metric}");
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
}
