using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// A PicoDet in any of its export styles: raw heads, decoded heads, or suppression in the graph. Immutable and safe to share
/// between threads; several images can be processed concurrently without a lock.
/// </summary>
public sealed class Detector : Predictor<DetectionOptions, Detections>, IObjectDetector
{
    /// <summary>The detector that ships for everyday objects: the 80 classes of COCO.</summary>
    public const string DefaultModel = "picodet-x1.0-320-coco";

    /// <summary>The detector that ships for the regions of a document page.</summary>
    public const string LayoutModel = "picodet-x1.0-layout";

    private const string Task = "detection";

    private readonly DetectionHead _head;

    private Detector(ImageModel model, DetectionHead head, ModelOptions options, DetectionOptions defaults)
        : base(model, head, options, defaults) => _head = head;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _head.Labels;

    /// <inheritdoc/>
    public IReadOnlyList<int> CategoryIds => _head.CategoryIds;

    /// <inheritdoc/>
    internal DetectionSettings Settings => _head.Settings;

    /// <summary>What remains to be done after the graph.</summary>
    internal ExportStyle Style => _head.Style;

    /// <inheritdoc/>
    protected override bool CanBatch => base.CanBatch && Style != ExportStyle.Suppressed;

    /// <summary>Loads a detector.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest.</param>
    /// <exception cref="ModelNotFoundException">The model was not found.</exception>
    /// <exception cref="ModelFormatException">Graph, manifest, labels and preprocessing do not match.</exception>
    public static Detector Load(ModelSource model = default, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        var file = model.Find(DefaultModel, options, Task);
        if (file.Manifest.Task != Task)
        {
            throw new ModelFormatException(file.Manifest.Name, $"a model of task '{Task}'", $"task '{file.Manifest.Task}'");
        }

        return Loading.Bind(
            ImageModel.Load(file, options),
            loaded => new Detector(loaded, DetectionHead.Bind(loaded.Binding()), options, DetectionOptions.Default));
    }

    /// <summary>The same detector with other defaults; it shares the model, and each of the two is disposed on its own.</summary>
    /// <exception cref="ArgumentException">An option is out of range or names a class that the model does not have.</exception>
    public Detector With(DetectionOptions defaults)
    {
        Check(defaults);
        return new Detector(ShareModel(), _head, LoadOptions, defaults);
    }

    /// <inheritdoc/>
    public Detections Detect(ImageSource image, DetectionOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(image, options, cancellationToken);

    /// <summary>Finds the objects of several images, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(IReadOnlyList{PixelBuffer}, TOptions, CancellationToken)"/>
    public IReadOnlyList<Detections> Detect(
        IReadOnlyList<PixelBuffer> images, DetectionOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(images, options, cancellationToken);

    /// <summary>Finds the objects of many files, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.PredictFiles"/>
    public IAsyncEnumerable<FileAnswer<Detections>> DetectAsync(
        IEnumerable<string> paths, DetectionOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        PredictFiles(paths, options, workers, cancellationToken);

    /// <inheritdoc/>
    protected override void Check(DetectionOptions options) => _head.Check(options);
}
