using System.Numerics.Tensors;
using PPLCNet.Vision.Backbone.Networks.MultiHead;

namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>Reads one score per class. Immutable and safe to share between threads.</summary>
/// <remarks>
/// Softmax is applied where the graph ends without one (and without a sigmoid); the manifest's setting <c>activation</c>,
/// <c>softmax</c> or <c>none</c>, overrules that. Of equal scores the lower class id comes first.
/// </remarks>
public sealed class ClassificationHead : IHead<ClassificationOptions, ClassificationResult>
{
    private readonly string _model;
    private readonly VectorOutput _output;
    private readonly bool _softmax;
    private readonly VectorOutput? _novelty;

    private ClassificationHead(string model, VectorOutput output, IReadOnlyList<string> labels, bool softmax, VectorOutput? novelty)
    {
        _novelty = novelty;
        _model = model;
        _output = output;
        _softmax = softmax;
        Labels = labels;
    }

    /// <summary>Class names in output order; positions as text where the model has none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>
    /// Binds to the output that the manifest's setting <c>logits</c> names, otherwise the only one with a score for each
    /// label.
    /// </summary>
    /// <exception cref="ModelFormatException">No output fits the labels, or the settings cannot be read.</exception>
    public static ClassificationHead Bind(HeadBinding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        var settings = binding.Request is null ? VectorSettings.Of(binding.Manifest) : new VectorSettings();
        var known = binding.Request?.Labels ?? binding.Labels;
        var output = VectorOutput.Choose(binding, settings.Logits, known.Count > 0 ? known.Count : null);
        var labels = known.Count > 0 ? known : [.. Enumerable.Range(0, output.Length).Select(i => i.ToString())];
        var softmax = settings.Activation is null
            ? binding.Operators[output.Index] is not ("Softmax" or "Sigmoid")
            : settings.Activation == "softmax";
        var second = settings.Novelty
            ?? (binding.Request is { Kind: LinearProbeNetworkHead.Name } probe ? probe.Output + LinearProbeNetworkHead.NoveltySuffix : null);
        return new ClassificationHead(
            binding.Model, output, labels, softmax, second is null ? null : VectorOutput.Choose(binding, second, 1));
    }

    /// <inheritdoc/>
    public ClassificationResult Read(in HeadInput run, ClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var values = _output.Of(run);
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
            throw new ModelFormatException(_model, "scores that are numbers", "NaN: the weights are corrupt");
        }

        var indices = TopScores.Indices(scores, options.Top);
        var best = new List<ClassScore>(indices.Length);
        foreach (var index in indices)
        {
            if (scores[index] >= options.MinScore)
            {
                best.Add(new ClassScore(index, Labels[index], scores[index]));
            }
        }

        return new ClassificationResult(best) { Novelty = _novelty is { } novelty ? ReadNovelty(novelty.Of(run)[0]) : null };
    }

    private float ReadNovelty(float value) => float.IsFinite(value)
        ? value
        : throw new ModelFormatException(_model, "a novelty that is a number", $"{value}: the weights are corrupt");
}
