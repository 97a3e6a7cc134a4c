namespace PPLCNet.Vision.Backbone.Weights.Pickle;

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(IReadOnlyList<object?> Items);

/// <summary>
/// A Python dictionary whose keys are text or whole numbers (<see cref="long"/>), in order; keys of other types are refused.
/// </summary>
internal sealed class PickleDictionary : Dictionary<object, object?>;

/// <summary>A name of the allow-list; it is compared, never looked up or called.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>A numpy element type; complete once its state was set.</summary>
internal sealed class PickleElementType(ElementType type)
{
    public ElementType Type { get; } = type;
}

/// <summary>A numpy array; empty until its state was set.</summary>
internal sealed class PickleArray
{
    public WeightTensor? Tensor { get; set; }
}
