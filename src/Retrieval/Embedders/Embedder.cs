using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Embedding;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>
/// Images to vectors that lie close where the images show the same thing, with any model that has an output [N, D]. Vectors
/// have length 1 unless the options say otherwise; an image without any signal gives a vector of zeros, never NaN. Immutable
/// and safe to share between threads.
/// </summary>
public sealed class Embedder : Predictor<EmbeddingOptions, EmbeddingResult>
{
    /// <summary>The embedding that ships: 512 values.</summary>
    public const string DefaultModel = "pplcnet-x1.0-embed";

    private readonly PcaWhitening? _whitening;

    private Embedder(ImageModel model, IHead<EmbeddingOptions, EmbeddingResult> head, int dimensions, ModelOptions options, EmbeddingOptions defaults)
        : base(model, head, options, defaults)
    {
        _whitening = (options as EmbedderOptions)?.Whitening;
        Dimensions = _whitening?.OutputDimensions ?? dimensions;
        var fingerprint = ModelFingerprint.Of(model.File, model.Preprocess);
        Fingerprint = _whitening?.Extend(fingerprint) ?? fingerprint;
    }

    private Embedder(Embedder shared, EmbeddingOptions defaults)
        : base(shared.ShareModel(), shared.Head, shared.LoadOptions, defaults)
    {
        _whitening = shared._whitening;
        Dimensions = shared.Dimensions;
        Fingerprint = shared.Fingerprint;
    }

    /// <summary>Length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Tells vectors of this model, preprocessing and whitening from all others.</summary>
    public string Fingerprint { get; }

    /// <summary>Loads an embedder: one that ships, an official PP-ShiTu network, or any model with a vector as output.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest; an <see cref="EmbedderOptions"/> for output and whitening.</param>
    /// <exception cref="ModelNotFoundException">The model was not found.</exception>
    /// <exception cref="ModelFormatException">The model does not fit its manifest, or the whitening does not fit the
    /// model.</exception>
    public static Embedder Load(ModelSource model = default, ModelOptions? options = null)
    {
        options ??= new EmbedderOptions();
        var file = model.Find(DefaultModel, options, "embedding");
        if (options is EmbedderOptions { InputSize: { } size } && (options.Preprocess ?? file.Manifest.Preprocess) is { } preprocess)
        {
            options = options with { Preprocess = preprocess with { Size = size } };
        }

        return Loading.Bind(ImageModel.Load(file, options), loaded => Bind(loaded, options));
    }

    /// <summary>The same embedder with other defaults; it shares the model, and each of the two is disposed on its own.</summary>
    public Embedder With(EmbeddingOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return new Embedder(this, defaults);
    }

    /// <summary>One image's vector, <see cref="Dimensions"/> long.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(ImageSource, TOptions, CancellationToken)"/>
    public EmbeddingResult Embed(ImageSource image, EmbeddingOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(image, options, cancellationToken);

    /// <summary>Vectors of several images, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(IReadOnlyList{PixelBuffer}, TOptions, CancellationToken)"/>
    public IReadOnlyList<EmbeddingResult> Embed(
        IReadOnlyList<PixelBuffer> images, EmbeddingOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(images, options, cancellationToken);

    /// <summary>Vectors of many files, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.PredictFiles"/>
    public IAsyncEnumerable<FileAnswer<EmbeddingResult>> EmbedAsync(
        IEnumerable<string> paths, EmbeddingOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        PredictFiles(paths, options, workers, cancellationToken);

    private static Embedder Bind(ImageModel model, ModelOptions options)
    {
        var head = EmbeddingHead.Bind(model.Binding(), (options as EmbedderOptions)?.Output);
        if ((options as EmbedderOptions)?.Whitening is not { } whitening)
        {
            return new Embedder(model, head, head.Dimensions, options, EmbeddingOptions.Default);
        }

        return whitening.InputDimensions == head.Dimensions
            ? new Embedder(model, new WhitenedHead(head, whitening), head.Dimensions, options, EmbeddingOptions.Default)
            : throw new ModelFormatException(model.Name, $"a whitening of {head.Dimensions} values", $"one of {whitening.InputDimensions}");
    }

    /// <summary>A head with the learned last step behind it.</summary>
    private sealed class WhitenedHead(EmbeddingHead head, PcaWhitening whitening) : IHead<EmbeddingOptions, EmbeddingResult>
    {
        public EmbeddingResult Read(in HeadInput run, EmbeddingOptions options) => new(whitening.Apply(head.Read(run, options).Vector));
    }
}
