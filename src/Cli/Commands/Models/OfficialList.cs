using PPLCNet.Vision.Runtime.Models.Official;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models list --remote</c>: the official models.</summary>
internal static class OfficialList
{
    /// <summary>Writes a table, or one object a model.</summary>
    /// <param name="task">Only models of this task; null for all.</param>
    /// <param name="asJson">JSON lines.</param>
    /// <exception cref="CliException">There is no such task.</exception>
    public static void Write(string? task, bool asJson)
    {
        var models = OfficialModels.All.Where(m => task is null || m.Task == task).ToList();
        if (models.Count == 0)
        {
            throw CliException.Usage(
                $"--task takes one of {string.Join(", ", OfficialModels.All.Select(m => m.Task).Distinct().Order())}; found '{task}'.");
        }

        if (asJson)
        {
            WriteJson(models);
            return;
        }

        var table = Terminal.Table("name", "task", "size", "here", "license", "published");
        table.Columns[2].RightAligned();
        foreach (var model in models)
        {
            table.AddRow(
                new Text(model.Name),
                new Text(model.Task),
                new Text(SizeText(model)),
                new Text(IsHere(model) ? "yes" : "no"),
                new Text(model.License),
                new Text(
                    model.Figures is [var figure, ..] ? figure : model.Parts.Count > 0 ? string.Join(" + ", Pair(model)) : ""));
        }

        Terminal.Out.Write(table);
    }

    /// <summary>Bytes to fetch, of all parts together; 0 where nobody states them.</summary>
    public static long Bytes(OfficialModel model)
    {
        long[] parts = [.. Own(model).Select(m => m.Bytes)];
        return parts.Contains(0) ? 0 : parts.Sum();
    }

    /// <summary>A size for people.</summary>
    public static string SizeText(OfficialModel model) => Bytes(model) is > 0 and var bytes ? ByteProgress.SizeText(bytes) : "?";

    /// <summary>Whether it can be loaded by its name.</summary>
    public static bool IsHere(OfficialModel model) => OfficialPull.Here(model.Name) is not null;

    private static IEnumerable<OfficialModel> Own(OfficialModel model) =>
        model.Parts.Count == 0 ? [model] : model.Parts.Values.Distinct().Select(p => OfficialModels.Find(p)!);

    private static IEnumerable<string> Pair(OfficialModel model) =>
        model.Parts.Where(p => p.Key is "detector" or "recognizer").Select(p => p.Value);

    private static void WriteJson(List<OfficialModel> models)
    {
        using var output = StandardStreams.OpenOut();
        foreach (var model in models)
        {
            output.Write(JsonLine.Build(json =>
            {
                json.WriteString("name", model.Name);
                json.WriteString("task", model.Task);
                if (Bytes(model) is > 0 and var bytes)
                {
                    json.WriteNumber("bytes", bytes);
                }
                else
                {
                    json.WriteNull("bytes");
                }

                json.WriteString("license", model.License);
                json.WriteStartArray("figures");
                foreach (var figure in model.Figures)
                {
                    json.WriteStringValue(figure);
                }

                json.WriteEndArray();
                json.WriteBoolean("here", IsHere(model));
            }));
        }
    }
}
