using System.Diagnostics;
using System.Text.Json;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>Finds where text stands in an image (DB). Immutable and safe to share between threads.</summary>
public sealed class TextDetector : IDisposable
{
    private readonly OnnxModel _model;
    private readonly Preprocessor _preprocessor;
    private readonly DbPostprocessor _postprocessor;

    private TextDetector(OnnxModel model, Preprocess preprocess, TextDetectionSettings settings)
    {
        _model = model;
        _preprocessor = new Preprocessor(preprocess);
        _postprocessor = new DbPostprocessor(settings);
    }

    /// <summary>Name of the model.</summary>
    public string Name => _model.Name;

    /// <summary>Constants of the postprocessing.</summary>
    public TextDetectionSettings Settings => _postprocessor.Settings;

    /// <summary>Loads a detector by name or path.</summary>
    /// <param name="nameOrPath">For example <c>ppocr-v6-small-det</c>.</param>
    /// <param name="runtime">Threads and provider.</param>
    /// <param name="settings">Replaces the constants of the manifest.</param>
    /// <param name="preprocess">Replaces the preprocessing of the manifest.</param>
    /// <exception cref="ModelFormatException">No such model, or it does not fit.</exception>
    public static TextDetector Load(
        string nameOrPath, RuntimeOptions? runtime = null, TextDetectionSettings? settings = null, Preprocess? preprocess = null)
    {
        var file = ModelCatalog.Default.Find(nameOrPath);
        preprocess ??= file.Manifest.Preprocess
            ?? throw new ModelFormatException(file.Manifest.Name, "a manifest with preprocessing", "none");
        settings ??= SettingsOf(file.Manifest);
        var model = OnnxModel.Load(file, OcrRuntime.For(runtime));
        try
        {
            Check(model);
            return new TextDetector(model, preprocess, settings);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The constants of the postprocessing that stand in a manifest; PaddleOCR's usual ones where it has none.</summary>
    /// <exception cref="ModelFormatException">The manifest's settings are none of a text detector.</exception>
    public static TextDetectionSettings SettingsOf(ModelManifest manifest)
    {
        try
        {
            return manifest.Settings?.Deserialize(OcrJson.Default.TextDetectionSettingsJson)?.ToSettings() ?? new TextDetectionSettings();
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(manifest.Name, "settings of a text detector in the manifest", e.Message, e);
        }
    }

    /// <summary>Finds the text boxes of an image, in no particular order.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<TextBox> Detect(PixelView image, CancellationToken cancellationToken = default) =>
        Detect(image, out _, cancellationToken);

    /// <summary>Finds the text boxes of an image and tells where the time went.</summary>
    public IReadOnlyList<TextBox> Detect(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        var found = Find(image, cancellationToken);
        timings = found.Timings;
        return found.Boxes;
    }

    /// <summary>Finds the text boxes of an image and tells all about it. Large images are looked at in tiles.</summary>
    public TextDetection Find(PixelView image, CancellationToken cancellationToken = default)
    {
        image = image.Format.HasAlpha() ? image.OnGround() : image;
        var plan = DetectionPlan.Of(_preprocessor, image.Width, image.Height);
        using var map = ProbabilityMap.Of(_model, _preprocessor, image, plan, Settings.MaxPixels, cancellationToken);
        var ran = Stopwatch.GetTimestamp();
        var boxes = _postprocessor.Run(map.Values, plan, out var isCut);
        var after = new StageTimings(0, 0, 0, Stopwatch.GetElapsedTime(ran).TotalMilliseconds);
        return new TextDetection(boxes, isCut, map.Timings + after);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static void Check(OnnxModel model)
    {
        if (model.Inputs.Count != 1 || model.Inputs[0].Shape is not [_, 3, _, _])
        {
            throw new ModelFormatException(model.Name, "one input [N,3,H,W]", string.Join(", ", model.Inputs.Select(i => i.ShapeText)));
        }

        if (model.Outputs.Count < 1 || model.Outputs[0].Shape is not [_, 1 or -1, _, _])
        {
            throw new ModelFormatException(model.Name, "a probability map [N,1,H,W]", string.Join(", ", model.Outputs.Select(o => o.ShapeText)));
        }
    }
}
