using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>
/// Names what an image shows, or how it is turned: any model with one score per class. Immutable and safe to share between
/// threads.
/// </summary>
public sealed class Classifier : Predictor<ClassificationOptions, ClassificationResult>
{
    /// <summary>The classifier that ships: the 1000 classes of ImageNet.</summary>
    public const string DefaultModel = "pplcnet-x1.0-imagenet";

    private readonly ClassificationHead _head;

    private Classifier(ImageModel model, ClassificationHead head, ModelOptions options, ClassificationOptions defaults)
        : base(model, head, options, defaults) => _head = head;

    /// <summary>Class names in output order.</summary>
    public IReadOnlyList<string> Labels => _head.Labels;

    /// <summary>Loads a classifier.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest.</param>
    /// <exception cref="ModelNotFoundException">The model was not found.</exception>
    /// <exception cref="ModelFormatException">Graph, labels and manifest do not match.</exception>
    public static Classifier Load(ModelSource model = default, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        return Loading.Bind(
            ImageModel.Load(model.Find(DefaultModel, options, "classification"), options),
            loaded => new Classifier(loaded, ClassificationHead.Bind(loaded.Binding()), options, ClassificationOptions.Default));
    }

    /// <summary>
    /// The same classifier with other defaults; it shares the model, and each of the two is disposed on its own.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Classifier With(ClassificationOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        Check(defaults);
        return new Classifier(ShareModel(), _head, LoadOptions, defaults);
    }

    /// <summary>The best classes of an image, best first.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(ImageSource, TOptions, CancellationToken)"/>
    public ClassificationResult Classify(
        ImageSource image, ClassificationOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(image, options, cancellationToken);

    /// <summary>The best classes of several images, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(IReadOnlyList{PixelBuffer}, TOptions, CancellationToken)"/>
    public IReadOnlyList<ClassificationResult> Classify(
        IReadOnlyList<PixelBuffer> images, ClassificationOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(images, options, cancellationToken);

    /// <summary>The best classes of many files, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.PredictFiles"/>
    public IAsyncEnumerable<FileAnswer<ClassificationResult>> ClassifyAsync(
        IEnumerable<string> paths, ClassificationOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        PredictFiles(paths, options, workers, cancellationToken);

    /// <inheritdoc/>
    protected override void Check(ClassificationOptions options) => options.Validate();
}
