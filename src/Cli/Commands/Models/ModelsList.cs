using System.Text.Json;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models list</c>.</summary>
internal static class ModelsList
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "list", "Every model that has a name, and whether its file is here; --remote lists those that `models pull` knows.");
        var json = command.Switch("--json", "JSON lines, one object a model.");
        var remote = command.Switch("--remote", "The official models that `models pull` knows instead.");
        var task = command.Text("--task", "Only models of this task, such as detection.", "TASK");
        return command.Does(parse =>
        {
            if (parse.GetValue(remote))
            {
                OfficialList.Write(parse.GetValue(task), parse.GetValue(json));
                return;
            }

            var catalog = ModelCatalog.Default;
            var models = Models(catalog, parse.GetValue(task));
            if (parse.GetValue(json))
            {
                foreach (var model in models)
                {
                    JsonLine.WriteOut(line => WriteJson(line, catalog, model));
                }

                return;
            }

            var table = Terminal.Table("name", "task", "size", "here", "what");
            table.Columns[2].Alignment = Spectre.Console.Justify.Right;
            foreach (var model in models)
            {
                var here = catalog.IsPresent(model) ? "yes" : "no";
                Terminal.Row(table, model.Name, model.Task, ByteProgress.SizeText(catalog.BytesOf(model)), here, model.Description);
            }

            Terminal.Out.Write(table);
        });
    }

    private static void WriteJson(Utf8JsonWriter json, ModelCatalog catalog, ModelManifest model)
    {
        json.WriteString("name", model.Name);
        json.WriteString("task", model.Task);
        json.WriteString("file", model.File);
        json.WriteNumber("bytes", catalog.BytesOf(model));
        json.WriteString("sha256", model.Sha256);
        json.WriteString("license", model.License);
        json.WriteString("description", model.Description);
        json.WriteBoolean("ships", model.Ships);
        json.WriteBoolean("present", catalog.IsPresent(model));
        json.WriteString("path", catalog.PathOf(model));
        json.WriteStartObject("parts");
        foreach (var (role, part) in model.Parts)
        {
            json.WriteString(role, part);
        }

        json.WriteEndObject();
    }

    /// <summary>The catalogue and what was imported or pulled; of one name only what is here, where something is.</summary>
    private static List<ModelManifest> Models(ModelCatalog catalog, string? task)
    {
        var imported = ModelCatalog.Imported(e => Terminal.Warn(Failure.Message(e))).ToList();
        var all = catalog.Models.Where(m => catalog.IsPresent(m) || !imported.Exists(i => i.Name == m.Name))
            .Concat(imported).DistinctBy(m => m.Name).ToList();
        var chosen = all.Where(m => task is null || m.Task == task).ToList();
        return chosen.Count > 0 || task is null ? chosen : throw CliException.Usage(
            $"--task takes one of {string.Join(", ", all.Select(m => m.Task).Distinct().Order())}; found '{task}'.");
    }
}
