using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.Shitu;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>
/// Images to vectors of length 1 that lie close where the images show the same thing. An image without any signal gives a vector
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
        if (options.Whitening is { } whitening && whitening.InputDimensions != extractor.Dimensions)
        {
            throw new ModelFormatException(extractor.Name, $"a whitening of {extractor.Dimensions} values", $"one of {whitening.InputDimensions}");
        }

        _extractor = extractor;
        _options = options;
        Fingerprint = options.Whitening?.Extend(fingerprint) ?? fingerprint;
    }

    /// <summary>Name of the model.</summary>
    public string Name => _extractor.Name;

    /// <summary>Length of a vector.</summary>
    public int Dimensions => _options.Whitening?.OutputDimensions ?? _extractor.Dimensions;

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

    /// <summary>One image's vector, <see cref="Dimensions"/> long.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public float[] Embed(PixelView image, CancellationToken cancellationToken = default) => Embed(image, out _, cancellationToken);

    /// <summary>One image's vector, and where the time went.</summary>
    public float[] Embed(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default) =>
        Finish(_extractor.Extract(image, out timings, cancellationToken));

    /// <summary>Vectors of several images, in their order, in as few runs as the graph and <see cref="EmbedderOptions.BatchSize"/> allow.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<float[]> EmbedBatch(IReadOnlyList<PixelBuffer> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var vectors = new List<float[]>(images.Count);
        for (var first = 0; first < images.Count; first += _options.BatchSize)
        {
            PixelBuffer[] batch = [.. images.Skip(first).Take(_options.BatchSize)];
            vectors.AddRange(_extractor.ExtractBatch(batch, cancellationToken).Select(Finish));
        }

        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose() => _extractor.Dispose();

    private float[] Finish(float[] vector) => _options.Whitening?.Apply(vector) ?? vector;
}
