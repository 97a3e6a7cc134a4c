using PPLCNet.Vision.Backbone.Embedding;
using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Models;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Runtime;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Networks;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>
/// Pictures to vectors of length 1 that lie close where the pictures show the same thing. A picture without any signal gives a vector
/// of zeros, never NaN. Immutable and safe to share between threads.
/// </summary>
public sealed class Embedder : IDisposable
{
    /// <summary>The embedding that ships.</summary>
    public const string DefaultModel = "pplcnet-x1.0-embed";

    private static readonly NetworkKinds _kinds = NetworkKinds.Default.With(new ShituKind());

    private readonly FeatureExtractor _extractor;
    private readonly EmbedderOptions _options;

    private Embedder(FeatureExtractor extractor, string fingerprint, EmbedderOptions options)
    {
        if (options.Whitening is { } whitening && whitening.InputDimension != extractor.Dimensions)
        {
            throw new ModelFormatException(extractor.Name, $"a whitening of {extractor.Dimensions} values", $"one of {whitening.InputDimension}");
        }

        _extractor = extractor;
        _options = options;
        Fingerprint = options.Whitening?.Extend(fingerprint) ?? fingerprint;
    }

    /// <summary>Name of the model.</summary>
    public string Name => _extractor.Name;

    /// <summary>Length of a vector.</summary>
    public int Dimension => _options.Whitening?.OutputDimension ?? _extractor.Dimensions;

    /// <summary>Tells vectors of this model, preprocessing and whitening from all others.</summary>
    public string Fingerprint { get; }

    /// <summary>Loads a model by name or path: one that ships, an official PP-ShiTu network, or any model with a vector as output.</summary>
    /// <exception cref="ModelFormatException">No such model, or it does not fit its manifest.</exception>
    public static Embedder Load(string nameOrPath = DefaultModel, EmbedderOptions? options = null) =>
        Load(ModelCatalog.Default.Find(nameOrPath, "embedding"), options);

    /// <summary>Loads a model from an ONNX stream, read to its end; null reads the manifest in its metadata.</summary>
    /// <exception cref="ModelFormatException">The model does not fit the manifest.</exception>
    public static Embedder Load(Stream stream, ModelManifest? manifest = null, EmbedderOptions? options = null) =>
        Load(ModelFile.FromStream(stream, manifest), options);

    /// <summary>Loads a model from memory; null reads the manifest in its metadata.</summary>
    /// <exception cref="ModelFormatException">The model does not fit the manifest.</exception>
    public static Embedder Load(ReadOnlyMemory<byte> model, ModelManifest? manifest = null, EmbedderOptions? options = null) =>
        Load(ModelFile.FromBytes(model, manifest), options);

    /// <summary>Loads a model that was found.</summary>
    /// <exception cref="ModelFormatException">The model does not fit its manifest.</exception>
    public static Embedder Load(ModelFile file, EmbedderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new EmbedderOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        var built = file.IsWeights ? ModelFile.FromBytes(_kinds.Build(file), file.Manifest with { Network = null, Sha256 = "", Bytes = 0 }) : file;
        var extractor = FeatureExtractor.Load(built, new FeatureOptions
        {
            Output = options.Output,
            Preprocess = options.Preprocess,
            Runtime = options.Runtime,
        });
        try
        {
            return new Embedder(extractor, ModelFingerprint.Of(file), options);
        }
        catch
        {
            extractor.Dispose();
            throw;
        }
    }

    /// <summary>One picture's vector, <see cref="Dimension"/> long.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public float[] Embed(PixelView picture, CancellationToken cancellationToken = default) => Embed(picture, out _, cancellationToken);

    /// <summary>One picture's vector, and where the time went.</summary>
    public float[] Embed(PixelView picture, out StageTimings timings, CancellationToken cancellationToken = default) =>
        Finish(_extractor.Extract(picture, out timings, cancellationToken));

    /// <summary>Vectors of several pictures, in their order, in as few runs as the graph and <see cref="EmbedderOptions.BatchSize"/> allow.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<float[]> EmbedBatch(IReadOnlyList<PixelBuffer> pictures, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var vectors = new List<float[]>(pictures.Count);
        for (var first = 0; first < pictures.Count; first += _options.BatchSize)
        {
            PixelBuffer[] batch = [.. pictures.Skip(first).Take(_options.BatchSize)];
            vectors.AddRange(_extractor.ExtractBatch(batch, cancellationToken).Select(Finish));
        }

        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose() => _extractor.Dispose();

    private float[] Finish(float[] vector) => _options.Whitening?.Apply(vector) ?? vector;
}
