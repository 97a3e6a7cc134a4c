using System.Diagnostics;
using System.Numerics.Tensors;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>
/// Names what an image shows, or how it is turned: any model with one score a class. Immutable and safe to share between threads.
/// </summary>
/// <remarks>
/// Softmax is applied where the graph ends without one (and without a sigmoid); the manifest's setting <c>activation</c>,
/// <c>softmax</c> or <c>none</c>, overrules that. Of equal scores the lower class id comes first.
/// </remarks>
public sealed class Classifier : IDisposable
{
    private readonly ImageModel _model;
    private readonly int _output;
    private readonly bool _softmax;

    private Classifier(ImageModel model, VectorOutput output, IReadOnlyList<string> labels, bool softmax)
    {
        _model = model;
        _output = output.Index;
        _softmax = softmax;
        Labels = labels;
    }

    /// <summary>Name of the model.</summary>
    public string Name => _model.Name;

    /// <summary>Class names in output order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Loads a classifier by name or path, for example <c>pplcnet-x1.0-imagenet</c>.</summary>
    /// <exception cref="ModelFormatException">No such model, or graph, labels and manifest do not fit each other.</exception>
    public static Classifier Load(string nameOrPath, RuntimeOptions? runtime = null) =>
        Load(ModelCatalog.Default.Find(nameOrPath, "classification"), runtime);

    /// <summary>Loads a classifier from memory; without a manifest, from the one in the ONNX metadata.</summary>
    /// <inheritdoc cref="Load(string, RuntimeOptions?)"/>
    public static Classifier Load(ReadOnlyMemory<byte> model, ModelManifest? manifest = null, RuntimeOptions? runtime = null) =>
        Load(ModelFile.FromBytes(model, manifest), runtime);

    /// <summary>Loads a classifier from a stream; without a manifest, from the one in the ONNX metadata.</summary>
    /// <inheritdoc cref="Load(string, RuntimeOptions?)"/>
    public static Classifier Load(Stream model, ModelManifest? manifest = null, RuntimeOptions? runtime = null) =>
        Load(ModelFile.FromStream(model, manifest), runtime);

    /// <summary>Loads a model that was found.</summary>
    /// <inheritdoc cref="Load(string, RuntimeOptions?)"/>
    public static Classifier Load(ModelFile file, RuntimeOptions? runtime = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var labels = file.ReadLabels();
        var model = ImageModel.Load(file, runtime);
        try
        {
            var output = VectorOutput.Choose(model, null, "logits", labels.Count > 0 ? labels.Count : null);
            labels = labels.Count > 0 ? labels : [.. Enumerable.Range(0, output.Length).Select(i => i.ToString())];
            return new Classifier(model, output, labels, NeedsSoftmax(model, output.Index));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The best <paramref name="topK"/> classes of an image, best first.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<ClassScore> Classify(PixelView image, int topK = 5, CancellationToken cancellationToken = default) =>
        Classify(image, out _, topK, cancellationToken);

    /// <summary>The best classes of an image, and where the time went.</summary>
    public IReadOnlyList<ClassScore> Classify(
        PixelView image, out StageTimings timings, int topK = 5, CancellationToken cancellationToken = default)
    {
        using var outputs = _model.Run(image, out timings, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var best = Best(outputs.Floats(_output), topK);
        timings = timings with { Postprocess = Stopwatch.GetElapsedTime(start).TotalMilliseconds };
        return best;
    }

    /// <summary>The best classes of several images in their order; one run where the model takes batches.</summary>
    public IReadOnlyList<IReadOnlyList<ClassScore>> ClassifyBatch(
        IReadOnlyList<PixelBuffer> images, int topK = 5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!_model.CanBatch || images.Count < 2)
        {
            return [.. images.Select(p => Classify(p.View, topK, cancellationToken))];
        }

        using var outputs = _model.Run(images, out _, cancellationToken);
        var answers = new IReadOnlyList<ClassScore>[images.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = Best(outputs.Floats(_output).Slice(i * Labels.Count, Labels.Count), topK);
        }

        return answers;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private ClassScore[] Best(ReadOnlySpan<float> values, int topK)
    {
        Span<float> scores = Labels.Count <= 1024 ? stackalloc float[Labels.Count] : new float[Labels.Count];
        if (_softmax)
        {
            TensorPrimitives.SoftMax(values, scores);
        }
        else
        {
            values.CopyTo(scores);
        }

        if (TensorPrimitives.IsNaNAny<float>(scores))
        {
            throw new ModelFormatException(Name, "scores that are numbers", "NaN: the weights are harmed");
        }

        var indices = TopK.Indices(scores, topK);
        var best = new ClassScore[indices.Length];
        for (var i = 0; i < best.Length; i++)
        {
            best[i] = new ClassScore(indices[i], Labels[indices[i]], scores[indices[i]]);
        }

        return best;
    }

    private static bool NeedsSoftmax(ImageModel model, int output) => VectorOutput.Setting(model.Manifest, "activation") switch
    {
        null => model.OutputOperators[output] is not ("Softmax" or "Sigmoid"),
        "softmax" => true,
        "none" => false,
        var other => throw new ModelFormatException(model.Name, "the activation 'softmax' or 'none'", $"'{other}'"),
    };
}
