using System.CommandLine;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Cli.Images;
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
        var file = new Argument<string>("FILE") { Description = "The file." };
        var name = new Option<string>("--name") { Description = "The name.", Required = true, HelpName = "NAME" };
        var labels = new Option<string?>("--labels") { Description = "Class names, one a line; needed unless the model has COCO's 80 classes or names its own.", HelpName = "FILE" };
        var size = SizeFlag.Create("--input-size", "Input size where the file leaves it open; weights take the variant's usual one.");
        var license = new Option<string>("--license") { Description = "SPDX licence of the weights.", DefaultValueFactory = _ => "", HelpName = "SPDX" };
        var to = new Option<string?>("--to") { Description = "Folder; the default is the user's cache, where --model looks.", HelpName = "DIR" };
        command.Arguments.Add(file);
        foreach (var option in new Option[] { name, labels, size, license, to })
        {
            command.Options.Add(option);
        }

        command.SetAction(parse =>
        {
            var options = new DetectorImportOptions
            {
                Labels = parse.GetValue(labels) is { } path ? [.. Utf8File.ReadLines(path).Where(l => l.Length > 0)] : null,
                InputSize = parse.GetValue(size)?.TensorSize,
                License = parse.GetValue(license)!,
            };
            var model = ImportNamingFile(parse.GetValue(file)!, CheckName(parse.GetValue(name)!), options);
            var saved = model.Save(parse.GetValue(to) ?? ModelCatalog.CacheFolder);
            Terminal.Line($"{model.Manifest.Name}: {model.Manifest.Description} {model.Manifest.Labels.Count} classes. Saved as {saved}");
            return ExitCode.Ok;
        });
        return command;
    }

    // What does not fit is told of the file, not of the name that it would have had.
    private static ImportedModel ImportNamingFile(string path, string name, DetectorImportOptions options)
    {
        try
        {
            return Import(path, name, options);
        }
        catch (ModelFormatException e) when (e.Subject == name)
        {
            throw new ModelFormatException(path, e.Expected, e.Found, e);
        }
    }

    private static ImportedModel Import(string path, string name, DetectorImportOptions options) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".onnx" => DetectorImporter.FromOnnx(InputFile.ReadAllBytes(path), name, options),
        ".safetensors" => DetectorImporter.FromWeights(Safetensors.Read(path), name, WithSize(path, options)),
        ".pdparams" => DetectorImporter.FromWeights(PaddleParams.Read(path), name, WithSize(path, options)),
        var other => throw new ModelFormatException(path, "a .onnx, .pdparams or .safetensors file", $"'{other}'"),
    };

    /// <summary>Official checkpoints differ in size only by their names, for example picodet_s_416_coco_lcnet.pdparams.</summary>
    private static DetectorImportOptions WithSize(string path, DetectorImportOptions options)
    {
        var side = Path.GetFileNameWithoutExtension(path).Split('_', '-').Select(p => int.TryParse(p, out var n) ? n : 0).FirstOrDefault(n => n is 192 or 320 or 416 or 480 or 640);
        return options.InputSize is null && side > 0 ? options with { InputSize = (side, side) } : options;
    }

    private static string CheckName(string name)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name.StartsWith('.'))
        {
            throw CliException.Usage($"--name takes a plain name without separators; found '{name}'.");
        }

        return ModelCatalog.Default.Models.Any(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ? throw CliException.Usage($"--name '{name}' is a name of the catalogue; take another.")
            : name;
    }
}
