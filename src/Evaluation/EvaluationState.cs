using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Evaluation;

/// <summary>
/// State files of evaluations over parts of a data set, which are joined into the figures of the whole:
/// <c>{"pplcnet": "eval", "version": 1, "kind": ..., "shard": "i/n", "state": {...}}</c>.
/// </summary>
/// <param name="Kind">Name of the evaluation, for example <c>coco</c>.</param>
/// <param name="Shard">The part, <c>i/n</c>; null in files that do not tell.</param>
/// <param name="State">What the evaluation counted.</param>
internal sealed record EvaluationState(string Kind, string? Shard, JsonElement State)
{
    private const int Version = 1;
    private const string Whole = "0/1";
    private static readonly JsonWriterOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a state file; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">Name of the evaluation.</param>
    /// <param name="shard">The part, <c>i/n</c>.</param>
    /// <param name="writeFields">Writes the fields of the state object.</param>
    public static void Write(string path, string kind, string shard, Action<Utf8JsonWriter> writeFields)
    {
        ArgumentNullException.ThrowIfNull(writeFields);
        AtomicFile.Write(path, overwrite: true, stream =>
        {
            using (var json = new Utf8JsonWriter(stream, _readable))
            {
                json.WriteStartObject();
                json.WriteString("pplcnet", "eval");
                json.WriteNumber("version", Version);
                json.WriteString("kind", kind);
                json.WriteString("shard", shard);
                json.WriteStartObject("state");
                writeFields(json);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            stream.Write("\n"u8);
        });
    }

    /// <summary>Reads a state file.</summary>
    /// <exception cref="DataFormatException">It is no state file, or one of another version.</exception>
    public static EvaluationState Read(string path) => ForeignData.Read(path, "a state file of `pplcnet eval --state`", () =>
    {
        using var document = JsonDocument.Parse(InputFile.ReadAllBytes(path));
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("version", out var version) && version.GetInt32() == Version
            && root.TryGetProperty("kind", out var kind) && root.TryGetProperty("state", out var state))
        {
            var shard = root.TryGetProperty("shard", out var part) ? part.GetString() : null;
            return shard is null || IsShard(shard)
                ? new EvaluationState(kind.GetString()!, shard, state.Clone())
                : throw new DataFormatException($"'{path}': expected a shard i/n, found '{shard}'.");
        }

        throw new DataFormatException(
            $"'{path}': expected a state file of `pplcnet eval --state`, version {Version}, found other JSON.");
    });

    /// <summary>Reads states that are to be joined: of one kind, and of parts that do not overlap.</summary>
    /// <exception cref="DataFormatException">
    /// A file is no state, the kinds differ, or a part comes twice, which would count it twice.
    /// </exception>
    public static IReadOnlyList<EvaluationState> ReadParts(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var states = new List<EvaluationState>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var state = Read(path);
            CheckPart(path, state, seen);
            if (states.Count > 0 && states[0].Kind != state.Kind)
            {
                throw new DataFormatException(
                    $"'{path}': expected a state of {states[0].Kind} like the first file, found {state.Kind}.");
            }

            states.Add(state);
        }

        return states;
    }

    /// <summary>Joins states; one that does not fit is told with its file's name.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="states">What they hold, as <see cref="ReadParts"/> read them.</param>
    /// <param name="merge">Joins what was counted.</param>
    /// <exception cref="DataFormatException">
    /// A state does not fit, those of two files do not fit each other, or a part of the whole is missing.
    /// </exception>
    public static T Merge<T>(IReadOnlyList<string> paths, IReadOnlyList<EvaluationState> states, Func<IReadOnlyList<JsonElement>, T> merge)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(merge);
        try
        {
            var merged = ForeignData.Read(
                string.Join(", ", paths), $"states of `eval {states[0].Kind}` that belong together", () => merge([.. states.Select(s => s.State)]));
            CheckWhole(paths, states);
            return merged;
        }
        catch (DataFormatException) when (states.Count > 1)
        {
            // Which one does not fit alone?
            foreach (var (path, state) in paths.Zip(states))
            {
                _ = ForeignData.Read(path, $"the state of `eval {state.Kind}`", () => merge([state.State]));
            }

            throw;
        }
    }

    private static void CheckPart(string path, EvaluationState state, Dictionary<string, string> seen)
    {
        // Whole runs over different inputs may be joined; they are the same only where their numbers are.
        var part = state.Shard is null or Whole ? $"the same numbers ({Digest(state.State)})" : $"shard {state.Shard}";
        if (!seen.TryAdd(part, path))
        {
            throw new DataFormatException(
                $"'{path}': expected another part than '{seen[part]}', found {part} again; it would be counted twice.");
        }

        if (state.Shard is { } shard && seen.Keys.FirstOrDefault(k => IsOfOtherCount(k, shard)) is { } other)
        {
            throw new DataFormatException(
                $"'{path}': expected a part of as many as '{seen[other]}' ({other}), found shard {shard}.");
        }
    }

    /// <summary>Of parts i/n, all n must be there: figures of a few parts would pass for those of the whole.</summary>
    private static void CheckWhole(IReadOnlyList<string> paths, IReadOnlyList<EvaluationState> states)
    {
        var found = states.Select(s => s.Shard).OfType<string>().Where(s => s != Whole).ToHashSet(StringComparer.Ordinal);
        if (found.FirstOrDefault() is not { } first)
        {
            return;
        }

        const int Shown = 8;
        var count = int.Parse(first[(first.IndexOf('/') + 1)..], CultureInfo.InvariantCulture);
        var all = Enumerable.Range(0, count).Select(i => $"{i}/{count}");
        var missing = all.Where(s => !found.Contains(s)).Take(Shown + 1).ToList();
        if (missing.Count > 0)
        {
            throw new DataFormatException(
                $"{string.Join(", ", paths)}: expected all {count} shards, found {found.Count}; missing: "
                + $"{string.Join(", ", missing.Take(Shown))}{(missing.Count > Shown ? ", ..." : "")}.");
        }
    }

    private static bool IsShard(string text) => text.Split('/') is [var i, var n]
        && int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && index < count && text == $"{index}/{count}";

    private static bool IsOfOtherCount(string part, string shard) =>
        part.StartsWith("shard ", StringComparison.Ordinal)
        && !part.EndsWith(shard[shard.IndexOf('/')..], StringComparison.Ordinal);

    private static string Digest(JsonElement state) =>
        Convert.ToHexString(SHA256.HashData(JsonMarshal.GetRawUtf8Value(state)))[..8];
}
