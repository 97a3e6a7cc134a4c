using System.Text.Json;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>State files of shards: <c>{"pplcnet": "eval", "version": 1, "kind": ..., "state": {...}}</c>.</summary>
internal static class EvalState
{
    private const int Version = 1;

    /// <summary>Writes a shard's state.</summary>
    public static void Write(string path, EvalKind kind, EvalOutcome outcome)
    {
        var write = outcome.WriteState ?? throw CliException.Usage($"eval {kind.Name} has no state to write.");
        var temporary = path + ".part";
        File.WriteAllBytes(temporary, JsonLine.Build(json =>
        {
            json.WriteString("pplcnet", "eval");
            json.WriteNumber("version", Version);
            json.WriteString("kind", kind.Name);
            json.WriteStartObject("state");
            write(json);
            json.WriteEndObject();
        }));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads states that must be of one kind.</summary>
    /// <exception cref="DataFormatException">A file is no state, or the kinds differ.</exception>
    public static (EvalKind Kind, IReadOnlyList<JsonElement> States) Read(IReadOnlyList<string> paths)
    {
        EvalKind? kind = null;
        var states = new List<JsonElement>();
        foreach (var path in paths)
        {
            var (name, state) = ReadOne(path);
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

    private static (string Kind, JsonElement State) ReadOne(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("version", out var version) && version.GetInt32() == Version
                && root.TryGetProperty("kind", out var kind) && root.TryGetProperty("state", out var state))
            {
                return (kind.GetString()!, state.Clone());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException) // broken text, a version that is no number
        {
            throw new DataFormatException($"'{path}': expected a state file of `pplcnet eval --state`; {e.Message}", e);
        }

        throw new DataFormatException($"'{path}': expected a state file of `pplcnet eval --state`, version {Version}, found other JSON.");
    }
}
