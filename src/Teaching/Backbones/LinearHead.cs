using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Teaching.Backbones;

/// <summary>The numbers of a finished head. Immutable.</summary>
internal sealed record LinearHead
{
    /// <summary>Class names in output order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Whether each label has a probability of its own (sigmoid), or all share one (softmax).</summary>
    public required bool IsMultiLabel { get; init; }

    /// <summary>Subtracted from the features, [D].</summary>
    public required float[] Center { get; init; }

    /// <summary>Multiplied afterwards, [D].</summary>
    public required float[] Scale { get; init; }

    /// <summary>[D, C], with the temperature in it.</summary>
    public required float[] Weights { get; init; }

    /// <summary>[C], with the temperature in it.</summary>
    public required float[] Bias { get; init; }

    /// <summary>Mean directions of the labels, [D, C].</summary>
    public required float[] Means { get; init; }

    /// <summary>The distance to the nearest mean above which an image is unknown.</summary>
    public required float Threshold { get; init; }

    /// <summary>The tensors by name.</summary>
    public IEnumerable<KeyValuePair<string, WeightTensor>> Tensors(string prefix) =>
    [
        new($"{prefix}center", new WeightTensor([Center.Length], Center)),
        new($"{prefix}scale", new WeightTensor([Scale.Length], Scale)),
        new($"{prefix}weight", new WeightTensor([Center.Length, Bias.Length], Weights)),
        new($"{prefix}bias", new WeightTensor([Bias.Length], Bias)),
        new($"{prefix}means", new WeightTensor([Center.Length, Bias.Length], Means)),
        new($"{prefix}threshold", new WeightTensor([1], [Threshold])),
    ];
}
