using System.Diagnostics;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// A PicoDet in any of its export styles: raw heads, decoded heads, or suppression in the graph. Immutable and safe to share
/// between threads; several images at once need no lock.
/// </summary>
public sealed partial class Detector : IObjectDetector
{
    /// <summary>The detector that ships: regions of a document page.</summary>
    public const string DefaultModel = "picodet-x1.0-layout";

    private readonly OnnxModel _model;
    private readonly Preprocessor _preprocessor;
    private readonly DetectorInputs _inputs;
    private readonly OutputReader _reader;
    private readonly DetectorPlan _plan;

    private Detector(OnnxModel model, ModelManifest manifest, IReadOnlyList<string> labels, DetectorOptions options)
    {
        Manifest = manifest;
        var settings = DetectorSettings.Of(manifest);
        var preprocess = manifest.Preprocess ?? throw new ModelFormatException(manifest.Name, "a manifest with preprocessing", "none");
        _model = model;
        _preprocessor = new Preprocessor(preprocess);
        _inputs = DetectorInputs.Bind(model, preprocess.Size);
        var grid = new AnchorGrid(_inputs.Width, _inputs.Height, settings.Strides is { Count: > 0 } strides ? strides : AnchorGrid.PicoStrides);
        _reader = OutputReader.Bind(manifest.Name, model.Outputs, grid, settings.ScoreRule);
        _plan = DetectorPlan.Make(manifest.Name, labels, settings, _reader, options);
    }

    /// <summary>What the model's file says about itself.</summary>
    public ModelManifest Manifest { get; }

    /// <inheritdoc/>
    public string Name => Manifest.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _plan.Labels;

    /// <inheritdoc/>
    public IReadOnlyList<int> CategoryIds => _plan.CategoryIds;

    /// <summary>What the graph leaves to do.</summary>
    public ExportStyle Style => _reader.Style;

    /// <summary>Width of the network's input in pixels.</summary>
    public int InputWidth => _inputs.Width;

    /// <summary>Height of the network's input in pixels.</summary>
    public int InputHeight => _inputs.Height;

    /// <summary>Whether several images go through one run.</summary>
    public bool TakesBatches => _inputs.TakesBatches && Style != ExportStyle.Suppressed;

    /// <summary>The suppression in force.</summary>
    public NmsOptions Nms => _plan.Nms;

    /// <inheritdoc cref="IObjectDetector.Detect(PixelView, CancellationToken)"/>
    public Detections Detect(PixelView image, CancellationToken cancellationToken = default) => Detect(image, out _, cancellationToken);

    /// <inheritdoc/>
    public Detections Detect(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        var plan = _preprocessor.Plan(image.Width, image.Height);
        using var input = _inputs.Rent(1);
        _preprocessor.Run(image, plan, input.Image(0));
        var prepared = Stopwatch.GetTimestamp();
        using var outputs = _model.Run(input.Tensors, cancellationToken);
        var ran = Stopwatch.GetTimestamp();
        var found = _plan.Finish(_reader, outputs, 0, plan, image.Width, image.Height);
        timings = Timings(start, prepared, ran);
        return found;
    }

    /// <summary>Finds the objects of several images, in as few runs as the graph allows.</summary>
    /// <returns>One result an image, in their order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<Detections> Detect(IReadOnlyList<PixelBuffer> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var results = new Detections[images.Count];
        var step = TakesBatches ? _plan.BatchSize : 1;
        for (var first = 0; first < images.Count; first += step)
        {
            var count = Math.Min(step, images.Count - first);
            using var input = _inputs.Rent(count);
            var plans = new ResizePlan[count];
            for (var i = 0; i < count; i++)
            {
                var image = images[first + i];
                plans[i] = _preprocessor.Plan(image.Width, image.Height);
                _preprocessor.Run(image, plans[i], input.Image(i));
            }

            using var outputs = _model.Run(input.Tensors, cancellationToken);
            for (var i = 0; i < count; i++)
            {
                results[first + i] = _plan.Finish(_reader, outputs, i, plans[i], images[first + i].Width, images[first + i].Height);
            }
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static StageTimings Timings(long start, long prepared, long ran) => new(
        0,
        Stopwatch.GetElapsedTime(start, prepared).TotalMilliseconds,
        Stopwatch.GetElapsedTime(prepared, ran).TotalMilliseconds,
        Stopwatch.GetElapsedTime(ran).TotalMilliseconds);
}
