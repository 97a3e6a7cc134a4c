using System.Text.Json;
using PPLCNet.Vision.Json;

namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>
/// Writes and reads a part of a retrieval evaluation as JSON fields: its options and the outcome of every query, without
/// loss.
/// </summary>
internal static class RetrievalState
{
    /// <summary>Writes the fields of the current object.</summary>
    public static void Write(Utf8JsonWriter json, RetrievalReport report, RetrievalOptions options)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(options);
        json.WriteBoolean("paddle", options.PaddleCompatible);
        WriteIntegers(json, "ks", options.Ks);
        json.WriteStartArray("queries");
        foreach (var outcome in report.Outcomes)
        {
            json.WriteStartObject();
            json.WriteNumber("query", outcome.Query);
            json.WriteString("label", outcome.Label);
            json.WriteNumber("relevant", outcome.Relevant);
            WriteIntegers(json, "hits", outcome.Hits);
            json.WriteNumber("ap", outcome.AveragePrecision);
            json.WriteFinite("inp", outcome.InverseNegativePenalty);
            json.WriteNumber("ap_worst", outcome.AveragePrecisionBounds.Worst);
            json.WriteNumber("ap_best", outcome.AveragePrecisionBounds.Best);
            json.WriteBoolean("first_worst", outcome.FirstHitBounds.Worst);
            json.WriteBoolean("first_best", outcome.FirstHitBounds.Best);
            json.WriteString("best_label", outcome.BestLabel);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The options of a state.</summary>
    public static RetrievalOptions ReadOptions(JsonElement state) => new()
    {
        PaddleCompatible = state.GetProperty("paddle").GetBoolean(),
        Ks = Integers(state.GetProperty("ks")),
    };

    /// <summary>The outcomes of a state, which must have been made with <paramref name="options"/>.</summary>
    /// <exception cref="DataFormatException">The options differ.</exception>
    public static IEnumerable<QueryOutcome> ReadOutcomes(JsonElement state, RetrievalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var found = ReadOptions(state);
        if (found.PaddleCompatible != options.PaddleCompatible || !found.Ks.SequenceEqual(options.Ks))
        {
            throw new DataFormatException($"expected states with ranks {string.Join(' ', options.Ks)} and the same counting, found ranks {string.Join(' ', found.Ks)}.");
        }

        return state.GetProperty("queries").EnumerateArray().Select(q => new QueryOutcome
        {
            Query = q.GetProperty("query").GetInt32(),
            Label = q.GetProperty("label").GetString()!,
            Relevant = q.GetProperty("relevant").GetInt32(),
            Hits = Integers(q.GetProperty("hits")),
            AveragePrecision = q.GetProperty("ap").GetDouble(),
            InverseNegativePenalty = q.GetProperty("inp") is { ValueKind: JsonValueKind.Number } inp ? inp.GetDouble() : double.PositiveInfinity,
            AveragePrecisionBounds = (q.GetProperty("ap_worst").GetDouble(), q.GetProperty("ap_best").GetDouble()),
            FirstHitBounds = (q.GetProperty("first_worst").GetBoolean(), q.GetProperty("first_best").GetBoolean()),
            BestLabel = q.GetProperty("best_label").GetString(),
        });
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];

    private static void WriteIntegers(Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
