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
        var command = new Command("list", "Every model that has a name, and whether its file is here.");
        var json = new Option<bool>("--json") { Description = "JSON lines, one object a model." };
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            if (parse.GetValue(json))
            {
                ListJson();
            }
            else
            {
                ListTable();
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void ListTable()
    {
        var table = Terminal.Table("name", "task", "size", "here", "what");
        table.Columns[2].RightAligned();
        foreach (var model in ModelCatalog.Default.Models.Concat(ModelCatalog.Imported(e => Terminal.Warn(Failure.Message(e)))))
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

    private static void ListJson()
    {
        using var output = StandardStreams.OpenOut();
        foreach (var model in ModelCatalog.Default.Models.Concat(ModelCatalog.Imported(e => Terminal.Warn(Failure.Message(e)))))
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
}
