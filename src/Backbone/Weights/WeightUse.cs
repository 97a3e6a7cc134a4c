namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>What all scopes of one network share: the tensors, and the record of which were asked for.</summary>
internal sealed class WeightUse(WeightSet? set, int seed)
{
    // A foreign file misses everything: a few names say so as well as a hundred.
    private const int NamesInMessage = 12;

    private readonly List<string> _missing = [];
    private readonly List<string> _misshapen = [];

    public WeightSet? Set { get; } = set;

    public Dictionary<string, int[]> Taken { get; } = new(StringComparer.Ordinal);

    public List<string> Order { get; } = [];

    public List<string> Ignored { get; } = [];

    public WeightTensor Take(string name, int[] shape)
    {
        if (Taken.TryAdd(name, shape))
        {
            Order.Add(name);
        }

        if (Set is null)
        {
            return RandomWeights.Make(name, shape, seed);
        }

        if (!Set.TryGet(name, out var tensor))
        {
            _missing.Add($"{name} {WeightTensor.Text(shape)}");
        }
        else if (tensor.Shape.SequenceEqual(shape))
        {
            return tensor;
        }
        else
        {
            _misshapen.Add($"{name} {tensor.ShapeText} instead of {WeightTensor.Text(shape)}");
        }

        return new WeightTensor(shape, new float[shape.Aggregate(1, (product, d) => product * d)]);
    }

    public void ThrowIfUnfit()
    {
        var surplus = Set is null ? [] : Set.Tensors.Keys.Where(k => !Taken.ContainsKey(k) && !IsIgnored(k)).ToList();
        if (_missing.Count + _misshapen.Count + surplus.Count == 0)
        {
            return;
        }

        var found = new[] { ("missing", _missing), ("misshapen", _misshapen), ("surplus", surplus) }
            .Where(part => part.Item2.Count > 0)
            .Select(part => $"{part.Item2.Count} {part.Item1}: {List(part.Item2)}");
        throw new ModelFormatException(
            Set?.Source ?? "weights",
            $"the {Taken.Count} tensors of the network",
            string.Join("; ", found));
    }

    private static string List(List<string> names) =>
        string.Join(", ", names.Take(NamesInMessage)) + (names.Count > NamesInMessage ? $" and {names.Count - NamesInMessage} more" : "");

    private bool IsIgnored(string name) => Ignored.Any(i =>
        name.StartsWith(i, StringComparison.Ordinal) && (name.Length == i.Length || name[i.Length] == '.'));
}
