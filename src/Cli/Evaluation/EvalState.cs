using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>State files of shards: <c>{"pplcnet": "eval", "version": 1, "kind": ..., "state": {...}}</c>.</summary>
internal static class EvalState
{
    private const int Version = 1;

    /// <summary>Writes a shard's state.</summary>
    public static void Write(string path, EvalKind kind, Shard shard, EvalOutcome outcome)
    {
        var write = outcome.WriteState ?? throw CliException.Usage($"eval {kind.Name} has no state to write.");
        OutputFile.Check(path, "--state", OutputFile.Begins("{\"pplcnet\":"), "the state of an earlier run");
        var temporary = path + ".part";
        File.WriteAllBytes(temporary, JsonLine.Build(json =>
        {
            json.WriteString("pplcnet", "eval");
            json.WriteNumber("version", Version);
            json.WriteString("kind", kind.Name);
            json.WriteString("shard", shard.ToString());
            json.WriteStartObject("state");
            write(json);
            json.WriteEndObject();
        }));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads states that must be of one kind and of parts that do not overlap.</summary>
    /// <exception cref="DataFormatException">A file is no state, the kinds differ, or a part comes twice, which would count it twice.</exception>
    public static (EvalKind Kind, IReadOnlyList<JsonElement> States) Read(IReadOnlyList<string> paths)
    {
        EvalKind? kind = null;
        var states = new List<JsonElement>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var (name, shard, state, numbers) = ReadOne(path);

            // Whole runs over different inputs may be joined; they are the same only where their numbers are.
            var part = shard is null or "0/1" ? $"the same numbers ({numbers})" : $"shard {shard}";
            if (!seen.TryAdd(part, path))
            {
                throw new DataFormatException($"'{path}': expected another part than '{seen[part]}', found {part} again; it would be counted twice.");
            }

            if (shard is not null && seen.Keys.FirstOrDefault(k => k.StartsWith("shard ", StringComparison.Ordinal) && !k.EndsWith(shard[shard.IndexOf('/')..], StringComparison.Ordinal)) is { } other)
            {
                throw new DataFormatException($"'{path}': expected a part of as many as '{seen[other]}' ({other}), found shard {shard}.");
            }

            var found = CommandList.EvalKinds.FirstOrDefault(k => k.Name == name)
                ?? throw new DataFormatException($"'{path}': expected a kind of `pplcnet eval`, found '{name}'.");
            if (kind is not null && found != kind)
            {
                throw new DataFormatException($"'{path}': expected a state of {kind.Name} like the first file, found {found.Name}.");
            }

            kind = found;
            states.Add(state);
        }

        return (kind!, states);
    }

    private static (string Kind, string? Shard, JsonElement State, string Numbers) ReadOne(string path)
    {
        return ForeignData.Read(path, "a state file of `pplcnet eval --state`", () =>
        {
            using var document = JsonDocument.Parse(InputFile.ReadAllBytes(path));
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("version", out var version) && version.GetInt32() == Version
                && root.TryGetProperty("kind", out var kind) && root.TryGetProperty("state", out var state))
            {
                var numbers = Convert.ToHexString(SHA256.HashData(JsonMarshal.GetRawUtf8Value(state)))[..8];
                return (kind.GetString()!, root.TryGetProperty("shard", out var shard) ? shard.GetString() : null, state.Clone(), numbers);
            }

            throw new DataFormatException($"'{path}': expected a state file of `pplcnet eval --state`, version {Version}, found other JSON.");
        });
    }

    /// <summary>Joins states; one that does not fit is told with its file's name.</summary>
    /// <exception cref="DataFormatException">A state does not fit, or those of two files do not fit each other.</exception>
    public static EvalOutcome Merge(EvalKind kind, IReadOnlyList<string> paths, IReadOnlyList<JsonElement> states)
    {
        try
        {
            return ForeignData.Read(string.Join(", ", paths), $"states of `eval {kind.Name}` that belong together", () => kind.Merge(states));
        }
        catch (DataFormatException) when (states.Count > 1)
        {
            // Which one does not fit alone?
            for (var i = 0; i < states.Count; i++)
            {
                var state = states[i];
                _ = ForeignData.Read(paths[i], $"the state of `eval {kind.Name}`", () => kind.Merge([state]));
            }

            throw;
        }
    }
}
