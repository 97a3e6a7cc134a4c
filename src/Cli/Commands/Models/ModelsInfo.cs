using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models info NAME</c>: everything that the catalogue or a manifest says about a model.</summary>
internal static class ModelsInfo
{
    private static readonly JsonWriterOptions _compact = new() { Indented = false };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("info", "What is known of a model: file, hash, licence, preprocessing, labels.");
        var name = new Argument<string>("NAME|PATH") { Description = "A model of the catalogue, or a file with a manifest." };
        var json = new Option<bool>("--json") { Description = "The manifest as one line of JSON, with path and state." };
        command.Arguments.Add(name);
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            Show(parse.GetValue(name)!, parse.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(string name, bool asJson)
    {
        if (OfficialModels.Find(name) is { } official && OfficialPull.Here(name) is null)
        {
            OfficialCard.Write(official, asJson);
            return;
        }

        var model = ModelCatalog.Default.Models.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (model is not null && !ModelFiles.IsPresent(model) && OfficialPull.Here(name) is not null)
        {
            model = null; // pulled under this name
        }

        var path = model is null ? null : ModelFiles.PathOf(model);
        if (model is null)
        {
            var found = ModelCatalog.Default.Find(name);
            (model, path) = (found.Manifest, found.Path);
        }

        var state = model.File.Length == 0 ? (ModelFiles.IsPresent(model) ? "ok" : "missing") : ModelFiles.StateOf(path, model);
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
        table.HideHeaders();
        table.AddRow(new Text("path"), new Text(path ?? "(not here)"));
        table.AddRow(new Text("state"), new Text(state));
        foreach (var property in manifest.RootElement.EnumerateObject())
        {
            table.AddRow(new Text(property.Name), new Text(ValueText(property)));
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
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, _compact))
        {
            value.WriteTo(json);
        }

        var text = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        return text.Length > 160 ? text[..157] + "..." : text;
    }
}
