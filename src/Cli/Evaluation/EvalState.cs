using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>State files of shards: <c>{"pplcnet": "eval", "version": 1, "kind": ..., "state": {...}}</c>.</summary>
internal static class EvalState
{
    private const int Version = 1;

    /// <summary>Writes a shard's state.</summary>
    public static void Write(string path, EvalKind kind, EvalOutcome outcome)
    {
        var write = outcome.WriteState ?? throw CliException.Usage($"eval {kind.Name} has no state to write.");
        OutputFile.Check(path, "--state", OutputFile.Begins("{\"pplcnet\":"), "the state of an earlier run");
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
        return ForeignData.Read(path, "a state file of `pplcnet eval --state`", () =>
        {
            using var document = JsonDocument.Parse(InputFile.ReadAllBytes(path));
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("version", out var version) && version.GetInt32() == Version
                && root.TryGetProperty("kind", out var kind) && root.TryGetProperty("state", out var state))
            {
                return (kind.GetString()!, state.Clone());
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
