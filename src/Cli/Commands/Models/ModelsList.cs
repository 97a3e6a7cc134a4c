using System.CommandLine;
using PPLCNet.Vision.Runtime.Models;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models list</c>.</summary>
internal static class ModelsList
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "list", "Every model that has a name, and whether its file is here; --remote lists those that `models pull` knows.");
        var json = new Option<bool>("--json") { Description = "JSON lines, one object a model." };
        var remote = new Option<bool>("--remote") { Description = "The official models that `models pull` knows instead." };
        var task = new Option<string?>("--task") { Description = "Only models of this task, such as detection.",
            HelpName = "TASK" };
        command.Options.Add(remote);
        command.Options.Add(task);
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            Action<string?> list = (parse.GetValue(remote), parse.GetValue(json)) switch
            {
                (true, var asJson) => t => OfficialList.Write(t, asJson),
                (_, true) => ListJson,
                _ => ListTable,
            };
            list(parse.GetValue(task));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void ListTable(string? task)
    {
        var table = Terminal.Table("name", "task", "size", "here", "what");
        table.Columns[2].RightAligned();
        foreach (var model in Models(task))
        {
            table.AddRow(
                new Text(model.Name),
                new Text(model.Task),
                new Text(ModelFiles.SizeText(ModelFiles.Bytes(model))),
                new Text(ModelFiles.IsPresent(model) ? "yes" : "no"),
                new Text(model.Description));
        }

        Terminal.Out.Write(table);
    }

    private static void ListJson(string? task)
    {
        using var output = StandardStreams.OpenOut();
        foreach (var model in Models(task))
        {
            output.Write(JsonLine.Build(json =>
            {
                json.WriteString("name", model.Name);
                json.WriteString("task", model.Task);
                json.WriteString("file", model.File);
                json.WriteNumber("bytes", ModelFiles.Bytes(model));
                json.WriteString("sha256", model.Sha256);
                json.WriteString("license", model.License);
                json.WriteString("description", model.Description);
                json.WriteBoolean("ships", model.Ships);
                json.WriteBoolean("present", ModelFiles.IsPresent(model));
                json.WriteString("path", ModelFiles.PathOf(model));
                json.WriteStartObject("parts");
                foreach (var (role, part) in model.Parts)
                {
                    json.WriteString(role, part);
                }

                json.WriteEndObject();
            }));
        }
    }

    /// <summary>The catalogue and what was imported or pulled; of one name only what is here, where something is.</summary>
    private static List<ModelManifest> Models(string? task)
    {
        var imported = ModelCatalog.Imported(e => Terminal.Warn(Failure.Message(e))).ToList();
        var models = ModelCatalog.Default.Models
            .Where(m => ModelFiles.IsPresent(m) || !imported.Exists(i => i.Name == m.Name))
            .Concat(imported)
            .DistinctBy(m => m.Name)
            .Where(m => task is null || m.Task == task)
            .ToList();
        return models.Count > 0 || task is null ? models : throw CliException.Usage(
            $"--task takes one of {string.Join(", ", ModelCatalog.Default.Models.Select(m => m.Task).Distinct().Order())}; found '{task}'.");
    }
}
