using System.Text.Json;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>State files of shards, for <c>--state</c> and <c>eval merge</c>.</summary>
internal static class EvalState
{
    /// <summary>Writes a shard's state.</summary>
    public static void Write(string path, EvalKind kind, Shard shard, EvalOutcome outcome)
    {
        var write = outcome.WriteState ?? throw CliException.Usage($"eval {kind.Name} has no state to write.");
        OutputFile.Check(path, "--state", OutputFile.Begins("{\"pplcnet\":"), "the state of an earlier run");
        EvaluationState.Write(path, kind.Name, shard.ToString(), write);
    }

    /// <summary>Reads states that must be of one kind and of parts that do not overlap.</summary>
    /// <exception cref="DataFormatException">A file is no state, the kinds differ, or a part comes twice, which would count
    /// it twice.</exception>
    public static (EvalKind Kind, IReadOnlyList<JsonElement> States) Read(IReadOnlyList<string> paths)
    {
        var states = EvaluationState.ReadParts(paths);
        var kind = CommandList.EvalKinds.FirstOrDefault(k => k.Name == states[0].Kind)
            ?? throw new DataFormatException($"'{paths[0]}': expected a kind of `pplcnet eval`, found '{states[0].Kind}'.");
        return (kind, [.. states.Select(s => s.State)]);
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
