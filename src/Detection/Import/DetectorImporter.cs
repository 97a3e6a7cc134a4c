using System.Security.Cryptography;
using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Detection.Import;

/// <summary>
/// Makes official PicoDet files usable: an exported ONNX graph of any style, or the weights of a checkpoint for the network
/// in code. The preprocessing is PicoDet's own: stretched by OpenCV's bicubic, RGB, ImageNet's mean and deviation.
/// </summary>
internal static class DetectorImporter
{
    private const string CocoModel = "picodet-xs-320-coco";

    /// <summary>Imports a file by its extension: .onnx, .safetensors or .pdparams.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Name that <see cref="Detector.Load"/> will take.</param>
    /// <param name="options">What the file does not say; the size of a checkpoint is read from its name, as in
    /// <c>picodet_s_416_coco_lcnet.pdparams</c>.</param>
    /// <exception cref="ModelFormatException">It is none of these, or not a detector; the message names the file.</exception>
    public static ImportedModel FromFile(string path, string name, DetectorImportOptions? options = null)
    {
        options ??= new DetectorImportOptions();
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".onnx" => FromOnnx(InputFile.ReadAllBytes(path), name, options),
                ".safetensors" => FromWeights(Safetensors.Read(path), name, WithSize(path, options)),
                ".pdparams" => FromWeights(PaddleParams.Read(path), name, WithSize(path, options)),
                var other => throw new ModelFormatException(path, "a .onnx, .pdparams or .safetensors file", $"'{other}'"),
            };
        }
        catch (ModelFormatException e) when (e.Subject == name)
        {
            // What does not fit is told of the file, not of the name that it would have had.
            throw new ModelFormatException(path, e.Expected, e.Found, e);
        }
    }

    /// <summary>Imports an ONNX graph.</summary>
    /// <param name="onnx">The file's bytes.</param>
    /// <param name="name">Name that <see cref="Detector.Load"/> will take.</param>
    /// <param name="options">What the file does not say.</param>
    /// <exception cref="ModelFormatException">It is not a graph of a detector, or labels or size are needed and
    /// missing.</exception>
    public static ImportedModel FromOnnx(ReadOnlyMemory<byte> onnx, string name, DetectorImportOptions? options = null)
    {
        options ??= new DetectorImportOptions();
        using var model = OnnxModel.Load(onnx.ToArray(), name);
        var image = model.Inputs.FirstOrDefault(i => i.Shape is [_, 3, _, _])
            ?? throw new ModelFormatException(name, "an input [N,3,H,W]", string.Join(", ", model.Inputs.Select(i => i.ShapeText)));
        var (width, height) = image.Shape is [_, _, > 0 and var h, > 0 and var w] ? (w, h)
            : options.InputSize ?? throw new ModelFormatException(name, "a graph of fixed size, or the size beside it", image.ShapeText);
        var reader = OutputReader.Bind(name, model.Outputs, new AnchorGrid(width, height, AnchorGrid.PicoStrides), ScoreRule.Probability);
        var own = model.Metadata.TryGetValue("character", out var text) ? text.TrimEnd('\n').Split('\n') : null;
        var manifest = Manifest(name, ".onnx", width, height, Labels(name, options.Labels ?? own, reader.ClassCount), options) with
        {
            Description = $"Imported detector, {reader.Style}, {width}x{height}.",
        };
        return Finish(manifest, onnx.ToArray());
    }

    /// <summary>Imports the weights of an official checkpoint; the variant is recognized by its tensors.</summary>
    /// <param name="weights">Tensors under PaddleDetection's names.</param>
    /// <param name="name">Name that <see cref="Detector.Load"/> will take.</param>
    /// <param name="options">What the file does not say; without a size it is the variant's usual one.</param>
    /// <exception cref="ModelFormatException">The tensors are not those of a PicoDet on PP-LCNet.</exception>
    public static ImportedModel FromWeights(WeightSet weights, string name, DetectorImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new DetectorImportOptions();
        var (variant, spec) = PicoDetVariant.Recognize(weights);
        var (width, height) = options.InputSize ?? (spec.Width, spec.Height);
        var rule = PicoDetNetwork.RuleOf(spec, PicoDetExport.Logits);
        var manifest = Manifest(name, ".safetensors", width, height, Labels(name, options.Labels, spec.Classes), options) with
        {
            Description = $"PicoDet {variant} {width}x{height}, imported weights.",
            Network = JsonOutput.Object(json =>
            {
                json.WriteString("kind", "picodet");
                json.WriteString("variant", variant);
                json.WriteString("export", nameof(PicoDetExport.Logits));
            }),
        };
        manifest = manifest with { Settings = Settings(manifest.Labels, rule) };
        using var file = new MemoryStream();
        Safetensors.Write(file, weights.Rename(n => PicoDetVariant.IsAlias(n, weights) ? null : n));
        return Finish(manifest, file.ToArray());
    }

    // Official checkpoints differ in size only by their names.
    private static DetectorImportOptions WithSize(string path, DetectorImportOptions options)
    {
        var side = Path.GetFileNameWithoutExtension(path).Split('_', '-')
            .Select(p => int.TryParse(p, out var n) ? n : 0)
            .FirstOrDefault(n => n is 192 or 320 or 416 or 480 or 640);
        return options.InputSize is null && side > 0 ? options with { InputSize = (side, side) } : options;
    }

    private static ModelManifest Manifest(
        string name, string extension, int width, int height, IReadOnlyList<string> labels, DetectorImportOptions options) => new()
        {
            Name = name,
            Task = "detection",
            File = name + extension,
            License = options.License,
            Preprocess = new Preprocess
            {
                Mean = Preprocess.ImageNetMean,
                Std = Preprocess.ImageNetStd,
                Size = new StretchRule(width, height),
                Interpolation = Interpolation.Bicubic,
            },
            Labels = labels,
            Settings = Settings(labels, ScoreRule.Probability),
        };

    /// <summary>Loads the imported model, so that a file that does not match is refused here and not at its first use.</summary>
    private static ImportedModel Finish(ModelManifest manifest, byte[] bytes)
    {
        Detector.Load(ModelFile.FromBytes(bytes, manifest)).Dispose();
        return new ImportedModel(manifest with { Bytes = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) }, bytes);
    }

    private static IReadOnlyList<string> Labels(string name, IReadOnlyList<string>? given, int? classes)
    {
        var coco = Coco.Labels;
        if (given is { Count: > 0 })
        {
            return given;
        }

        // A graph that suppresses does not show its number of classes; every official one is COCO's.
        return classes is null || classes == coco.Count
            ? coco
            : throw new ModelFormatException(name, $"labels for {classes} classes", "none in the file and none given");
    }

    private static JsonElement Settings(IReadOnlyList<string> labels, ScoreRule rule) => JsonOutput.Object(json =>
    {
        json.WriteNumber("scoreThreshold", 0.025);
        json.WriteNumber("iouThreshold", 0.6);
        if (rule != ScoreRule.Probability)
        {
            json.WriteString("scoreRule", rule.ToString());
        }

        if (labels.SequenceEqual(Coco.Labels))
        {
            json.WriteStartArray("categoryIds");
            foreach (var id in DetectionSettings.Of(Coco).CategoryIds)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }
    });

    private static ModelManifest Coco => ModelCatalog.Default.Models.First(m => m.Name == CocoModel);
}
