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

/// <summary>A numpy array; empty until its state was set. Its numbers are only converted when they are asked for.</summary>
internal sealed class PickleArray
{
    private Func<WeightTensor>? _read;

    /// <summary>Whether the state was set.</summary>
    public bool IsSet => _read is not null || Tensor is not null;

    /// <summary>The values; null before the state was set.</summary>
    public WeightTensor? Tensor
    {
        get
        {
            (field, _read) = (field ?? _read?.Invoke(), null);
            return field;
        }
    }

    /// <summary>Sets the state.</summary>
    public void Set(Func<WeightTensor> read) => _read = read;
}
