using System.Numerics.Tensors;
using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Models;
using PPLCNet.Vision.Backbone.Runtime;

namespace PPLCNet.Vision.Backbone.Embedding;

/// <summary>Pictures to vectors, with any model that has an output [N, D]. Immutable and safe to share between threads.</summary>
public sealed class FeatureExtractor : IDisposable
{
    private readonly PictureModel _model;
    private readonly int _output;
    private readonly bool _normalize;

    private FeatureExtractor(PictureModel model, VectorOutput output, bool normalize)
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
        var model = PictureModel.Load(file, options.Runtime, options.Preprocess);
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

    /// <summary>One picture's vector, <see cref="Dimensions"/> long.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public float[] Extract(PixelView picture, CancellationToken cancellationToken = default) =>
        Extract(picture, out _, cancellationToken);

    /// <summary>One picture's vector, and where the time went.</summary>
    public float[] Extract(PixelView picture, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        using var outputs = _model.Run(picture, out timings, cancellationToken);
        return Take(outputs.Floats(_output));
    }

    /// <summary>Vectors of several pictures in their order; one run where the model takes batches.</summary>
    public IReadOnlyList<float[]> ExtractBatch(IReadOnlyList<PixelBuffer> pictures, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (!_model.CanBatch || pictures.Count < 2)
        {
            return [.. pictures.Select(p => Extract(p.View, cancellationToken))];
        }

        using var outputs = _model.Run(pictures, out _, cancellationToken);
        var vectors = new float[pictures.Count][];
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
