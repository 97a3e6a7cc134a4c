using System.Numerics.Tensors;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime.Embedding;

/// <summary>Images to vectors, with any model that has an output [N, D]. Immutable and safe to share between threads.</summary>
public sealed class FeatureExtractor : IDisposable
{
    private readonly ImageModel _model;
    private readonly int _output;
    private readonly bool _normalize;

    private FeatureExtractor(ImageModel model, VectorOutput output, bool normalize)
    {
        _model = model;
        _output = output.Index;
        _normalize = normalize;
        Dimensions = output.Length;
    }

    /// <summary>Name of the model.</summary>
    public string Name => _model.Name;

    /// <summary>Length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Loads a model by name or path.</summary>
    /// <exception cref="ModelFormatException">No such model, or it has no output that is a vector, or several and none is named.</exception>
    public static FeatureExtractor Load(string nameOrPath, FeatureOptions? options = null) =>
        Load(ModelCatalog.Default.Find(nameOrPath, "embedding"), options);

    /// <summary>Loads a model that was found, or that is in memory.</summary>
    /// <inheritdoc cref="Load(string, FeatureOptions?)"/>
    public static FeatureExtractor Load(ModelFile file, FeatureOptions? options = null)
    {
        options ??= FeatureOptions.Default;
        var model = ImageModel.Load(file, options.Runtime, options.Preprocess);
        try
        {
            return new FeatureExtractor(model, VectorOutput.Choose(model, options.Output, "features"), options.Normalize);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>One image's vector, <see cref="Dimensions"/> long.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public float[] Extract(PixelView image, CancellationToken cancellationToken = default) =>
        Extract(image, out _, cancellationToken);

    /// <summary>One image's vector, and where the time went.</summary>
    public float[] Extract(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        using var outputs = _model.Run(image, out timings, cancellationToken);
        return Take(outputs.Floats(_output));
    }

    /// <summary>Vectors of several images in their order; one run where the model takes batches.</summary>
    public IReadOnlyList<float[]> ExtractBatch(IReadOnlyList<PixelBuffer> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!_model.CanBatch || images.Count < 2)
        {
            return [.. images.Select(p => Extract(p.View, cancellationToken))];
        }

        using var outputs = _model.Run(images, out _, cancellationToken);
        var vectors = new float[images.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Take(outputs.Floats(_output).Slice(i * Dimensions, Dimensions));
        }

        return vectors;
    }

    /// <summary>Divides a vector by its Euclidean length; a vector of zeros stays one.</summary>
    public static void NormalizeLength(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private float[] Take(ReadOnlySpan<float> values)
    {
        var vector = values.ToArray();
        if (_normalize)
        {
            NormalizeLength(vector);
        }

        return vector;
    }
}
