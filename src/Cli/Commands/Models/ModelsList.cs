using System.Text.Json;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models list</c>.</summary>
internal static class ModelsList
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("list", "Every model that has a name, and whether its file is here.");
        var json = command.Switch("--json", "JSON lines, one object a model.");
        return command.Does(parse =>
        {
            var catalog = ModelCatalog.Default;
            var models = catalog.Models.Concat(ModelCatalog.Imported(e => Terminal.Warn(Failure.Message(e))));
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
}
