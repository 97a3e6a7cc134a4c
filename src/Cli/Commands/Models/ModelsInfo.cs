using System.Text.Json;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models info NAME</c>: everything that the catalogue or a manifest says about a model.</summary>
internal static class ModelsInfo
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("info", "What is known of a model: file, hash, licence, preprocessing, labels.");
        var name = command.Argument<string>("NAME|PATH", "A model of the catalogue, or a file with a manifest.");
        var json = command.Switch("--json", "The manifest as one line of JSON, with path and state.");
        return command.Does(parse => Show(parse.GetValue(name)!, parse.GetValue(json)));
    }

    private static void Show(string name, bool asJson)
    {
        if (OfficialModels.Find(name) is { } official && OfficialPull.Here(name) is null)
        {
            OfficialCard.Write(official, asJson);
            return;
        }

        var catalog = ModelCatalog.Default;
        var model = catalog.Named(name);
        if (model is not null && !catalog.IsPresent(model) && OfficialPull.Here(name) is not null)
        {
            model = null; // pulled under this name
        }

        var path = model is null ? null : catalog.PathOf(model);
        if (model is null)
        {
            var found = catalog.Find(name);
            (model, path) = (found.Manifest, found.Path);
        }

        var state = model.File.Length == 0 ? (catalog.IsPresent(model) ? "ok" : "missing") : ModelFiles.StateOf(path, model);
        using var manifest = JsonSerializer.SerializeToDocument(model, ModelJson.Default.ModelManifest);
        if (asJson)
        {
            JsonLine.WriteOut(json =>
            {
                json.WriteString("path", path);
                json.WriteString("state", state);
                foreach (var property in manifest.RootElement.EnumerateObject())
                {
                    property.WriteTo(json);
                }
            });
            return;
        }

        var table = Terminal.Table("", "");
        table.ShowHeaders = false;
        Terminal.Row(table, "path", path ?? "(not here)");
        Terminal.Row(table, "state", state);
        foreach (var property in manifest.RootElement.EnumerateObject())
        {
            Terminal.Row(table, property.Name, ValueText(property));
        }

        Terminal.Out.Write(table);
    }

    private static string ValueText(JsonProperty property) => property switch
    {
        { Name: "labels", Value: { ValueKind: JsonValueKind.Array } labels } =>
            $"{labels.GetArrayLength()}: {string.Join(", ", labels.EnumerateArray().Take(8).Select(l => l.GetString()))}{(labels.GetArrayLength() > 8 ? ", ..." : "")}",
        { Value.ValueKind: JsonValueKind.String } => property.Value.GetString()!,
        _ => Compact(property.Value),
    };

    private static string Compact(JsonElement value)
    {
        var text = JsonSerializer.Serialize(value);
        return text.Length > 160 ? text[..157] + "..." : text;
    }
}
