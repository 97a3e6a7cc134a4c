using Microsoft.Extensions.AI;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>
/// An <see cref="Embedder"/> as the embedding generator of Microsoft.Extensions.AI: encoded images in, vectors out.
/// Thread-safe. The embedder belongs to the caller and is not disposed.
/// </summary>
public sealed class ImageEmbeddingGenerator : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    private readonly Embedder _embedder;
    private readonly ImageLimits? _limits;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Wraps an embedder.</summary>
    /// <param name="embedder">Makes the vectors.</param>
    /// <param name="limits">Images above them are refused.</param>
    public ImageEmbeddingGenerator(Embedder embedder, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        _embedder = embedder;
        _limits = limits;
        _metadata = new EmbeddingGeneratorMetadata("pplcnet", providerUri: null, embedder.Name, embedder.Dimensions);
    }

    /// <inheritdoc/>
    /// <exception cref="ImageException">A value is not an image.</exception>
    /// <exception cref="ArgumentException">Other dimensions than the model's are asked for.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != _embedder.Dimensions)
        {
            throw new ArgumentException($"Expected {_embedder.Dimensions} dimensions, as '{_embedder.Name}' makes, found {dimensions}.", nameof(options));
        }

        // The work is the processor's: there is nothing to wait for.
        PixelBuffer[] images = [.. values.Select((v, i) => ImageFile.Decode(v.Data.Span, v.Name ?? $"value {i}", _limits))];
        var now = DateTimeOffset.UtcNow;
        var embeddings = _embedder.Embed(images, null, cancellationToken)
            .Select(v => new Embedding<float>(v.Vector) { CreatedAt = now, ModelId = _embedder.Name });
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(embeddings));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_embedder) ? _embedder
            : null;
    }

    /// <summary>Does nothing: the embedder is the caller's.</summary>
    public void Dispose()
    {
    }
}
