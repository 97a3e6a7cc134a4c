using System.Numerics.Tensors;

namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>
/// Reads one independent probability per attribute by the published rules. Immutable and safe to share between threads.
/// </summary>
/// <remarks>A sigmoid is applied where the graph ends without one.</remarks>
internal sealed class AttributeHead : IHead<AttributeOptions, AttributeResult>
{
    private readonly string _model;
    private readonly VectorOutput _output;
    private readonly IReadOnlyList<AttributeGroup> _groups;
    private readonly float _threshold;
    private readonly bool _sigmoid;

    private AttributeHead(HeadBinding binding, VectorOutput output, AttributeSettings settings)
    {
        _model = binding.Model;
        _output = output;
        _groups = AttributeRules.Of(settings, binding.Labels);
        _threshold = settings.Threshold;
        _sigmoid = binding.Operators[output.Index] != "Sigmoid";
        Labels = binding.Labels;
        Rule = settings.Rule;
    }

    /// <summary>Names of the outputs, in their order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What the attributes are of: <c>person</c>, <c>vehicle</c>, <c>table</c>, or <c>labels</c>.</summary>
    public string Rule { get; }

    /// <summary>Binds to the output with one value for each label.</summary>
    /// <exception cref="ModelFormatException">No output fits the labels, the labels do not fit the rule, or the settings cannot
    /// be read.</exception>
    public static AttributeHead Bind(HeadBinding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        var settings = AttributeSettings.Of(binding.Manifest);
        var outputs = AttributeRules.Of(settings, binding.Labels).Sum(g => g.Count);
        return outputs > 0 && outputs == binding.Labels.Count
            ? new AttributeHead(binding, VectorOutput.Choose(binding, null, outputs), settings)
            : throw binding.Mismatch($"{outputs} labels for the rule '{settings.Rule}'", $"{binding.Labels.Count}");
    }

    /// <inheritdoc/>
    public AttributeResult Read(in HeadInput run, AttributeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var probabilities = _output.Of(run).ToArray();
        if (_sigmoid)
        {
            TensorPrimitives.Sigmoid(probabilities, probabilities);
        }

        if (TensorPrimitives.IsNaNAny<float>(probabilities))
        {
            throw new ModelFormatException(_model, "scores that are numbers", "NaN: the weights are corrupt");
        }

        var found = new List<FoundAttribute>();
        foreach (var group in _groups)
        {
            group.Read(probabilities, options.Threshold ?? _threshold, found);
        }

        return new AttributeResult(found);
    }
}
