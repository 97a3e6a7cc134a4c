using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>
/// Tells the attributes of a person, a vehicle or a table that fills the image: sex, age, clothes and bags; color and type.
/// Immutable and safe to share between threads.
/// </summary>
public sealed class AttributeRecognizer : Predictor<AttributeOptions, AttributeResult>
{
    /// <summary>The official model for persons, which does not ship: <c>pplcnet models pull</c> fetches it.</summary>
    public const string DefaultModel = "pplcnet-x1.0-person-attribute";

    /// <summary>The official model for vehicles, which does not ship.</summary>
    public const string VehicleModel = "pplcnet-x1.0-vehicle-attribute";

    private readonly AttributeHead _head;

    private AttributeRecognizer(ImageModel model, AttributeHead head, ModelOptions options, AttributeOptions defaults)
        : base(model, head, options, defaults) => _head = head;

    /// <summary>Names of the outputs, in their order.</summary>
    public IReadOnlyList<string> Labels => _head.Labels;

    /// <summary>What the attributes are of: <c>person</c>, <c>vehicle</c>, <c>table</c>, or <c>labels</c>.</summary>
    public string Rule => _head.Rule;

    /// <summary>Loads a model of attributes.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest.</param>
    /// <exception cref="ModelNotFoundException">The model was not found.</exception>
    /// <exception cref="ModelFormatException">Graph, labels and manifest do not match.</exception>
    public static AttributeRecognizer Load(ModelSource model = default, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        return Loading.Bind(
            ImageModel.Load(model.Find(DefaultModel, options, "attributes"), options),
            loaded => new AttributeRecognizer(loaded, AttributeHead.Bind(loaded.Binding()), options, AttributeOptions.Default));
    }

    /// <summary>
    /// The same recognizer with other defaults; it shares the model, and each of the two is disposed on its own.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AttributeRecognizer With(AttributeOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        Check(defaults);
        return new AttributeRecognizer(ShareModel(), _head, LoadOptions, defaults);
    }

    /// <summary>The attributes of what an image shows.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(ImageSource, TOptions, CancellationToken)"/>
    public AttributeResult Recognize(
        ImageSource image, AttributeOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(image, options, cancellationToken);

    /// <summary>The attributes in several images, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(IReadOnlyList{PixelBuffer}, TOptions, CancellationToken)"/>
    public IReadOnlyList<AttributeResult> Recognize(
        IReadOnlyList<PixelBuffer> images, AttributeOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(images, options, cancellationToken);

    /// <summary>The attributes in many files, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.PredictFiles"/>
    public IAsyncEnumerable<FileAnswer<AttributeResult>> RecognizeAsync(
        IEnumerable<string> paths, AttributeOptions? options = null, int workers = 0,
        CancellationToken cancellationToken = default) =>
        PredictFiles(paths, options, workers, cancellationToken);

    /// <inheritdoc/>
    protected override void Check(AttributeOptions options) => options.Validate();
}
