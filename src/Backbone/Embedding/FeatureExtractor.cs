using System.Numerics.Tensors;
using System.Text.Json;
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

    private FeatureExtractor(PictureModel model, int output, bool normalize)
    {
        _model = model;
        _output = output;
        _normalize = normalize;
        Dimensions = Width(model.Outputs[output])!.Value;
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
            return new FeatureExtractor(model, Choose(model, options.Output), options.Normalize);
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

    private static int Choose(PictureModel model, string? name)
    {
        var found = string.Join(", ", model.Outputs.Select(o => $"{o.Name} {o.ShapeText}"));
        name ??= model.Manifest.Settings is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty("features", out var setting)
            ? setting.GetString()
            : null;
        var fitting = Enumerable.Range(0, model.Outputs.Count)
            .Where(i => Width(model.Outputs[i]) is not null && (name is null || model.Outputs[i].Name == name))
            .ToList();
        return fitting.Count == 1
            ? fitting[0]
            : throw new ModelFormatException(model.Name, name is null ? "one output [N,D]" : $"an output '{name}' [N,D]", found);
    }

    /// <summary>D of an output [N, D] or [N, D, 1, 1].</summary>
    private static int? Width(TensorInfo output) => output.Shape switch
    {
        [_, > 0 and var d] => d,
        [_, > 0 and var d, 1, 1] => d,
        _ => null,
    };
}
