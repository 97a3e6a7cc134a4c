using PPLCNet.Vision.Detection.Import;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models import FILE --name NAME</c>: an official detector's file under a name of one's own.</summary>
internal static class ModelsImport
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("import", "Give an exported detector (.onnx) or a checkpoint's weights (.pdparams, .safetensors) a name that --model takes.");
        var file = command.Argument<string>("FILE", "The file.");
        var name = command.Text("--name", "The name.", "NAME", required: true);
        var labels = command.Text(
            "--labels", "Class names, one a line; needed unless the model has COCO's 80 classes or names its own.", "FILE");
        var size =
            command.Size("--input-size", "Input size where the file leaves it open; weights take the variant's usual one.");
        var license = command.Text("--license", "SPDX licence of the weights.", "SPDX").Default("");
        var to = command.Text("--to", "Folder; the default is the user's cache, where --model looks.", "DIR");
        return command.Does(parse =>
        {
            var options = new DetectorImportOptions
            {
                Labels = parse.GetValue(labels) is { } path ? [.. Utf8File.ReadLines(path).Where(l => l.Length > 0)] : null,
                InputSize = parse.GetValue(size)?.TensorSize,
                License = parse.GetValue(license)!,
            };
            var model = DetectorImporter.FromFile(parse.GetValue(file)!, CheckName(parse.GetValue(name)!), options);
            var saved = model.Save(parse.GetValue(to) ?? ModelCatalog.CacheFolder);
            Terminal.Line($"{model.Manifest.Name}: {model.Manifest.Description} {model.Manifest.Labels.Count} classes. Saved as {saved}");
        });
    }

    private static string CheckName(string name)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name.StartsWith('.'))
        {
            throw CliException.Usage($"--name takes a plain name without separators; found '{name}'.");
        }

        return ModelCatalog.Default.Named(name) is null
            ? name
            : throw CliException.Usage($"--name '{name}' is a name of the catalogue; take another.");
    }
}
