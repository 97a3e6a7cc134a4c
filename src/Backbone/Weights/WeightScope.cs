namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// What network code reads its weights from: a place in the tree of names (<c>backbone.blocks3.0</c>) that remembers which
/// tensors were taken. Asking for a tensor never throws: everything missing, misshapen or left over is collected and reported
/// at once by <see cref="ThrowIfUnfit"/>. Not safe to share between threads.
/// </summary>
public sealed class WeightScope
{
    private readonly WeightUse _use;

    private WeightScope(WeightUse use, string prefix)
    {
        _use = use;
        Prefix = prefix;
    }

    /// <summary>Full name of this place, without a final dot; empty for the root.</summary>
    public string Prefix { get; }

    /// <summary>Elements of all trainable tensors taken so far.</summary>
    public long Parameters => _use.Taken.Where(t => !IsStatistic(t.Key)).Sum(t => Elements(t.Value));

    /// <summary>Elements of all batch-norm statistics (running mean and variance) taken so far.</summary>
    public long Statistics => _use.Taken.Where(t => IsStatistic(t.Key)).Sum(t => Elements(t.Value));

    /// <summary>Full names and shapes of the tensors taken so far, in the order in which network code asked for them.</summary>
    public IReadOnlyList<KeyValuePair<string, int[]>> Taken => [.. _use.Order.Select(n => KeyValuePair.Create(n, _use.Taken[n]))];

    /// <summary>Reads from a set of tensors.</summary>
    public static WeightScope Of(WeightSet set) => new(new WeightUse(set, 0), "");

    /// <summary>
    /// Makes every tensor that is asked for, pseudo-randomly and at a scale that keeps activations in range: for layer
    /// tables, for timing, and to learn which tensors a network wants.
    /// </summary>
    public static WeightScope Random(int seed = 1) => new(new WeightUse(null, seed), "");

    /// <summary>Goes down the tree: <c>Sub("blocks3.0")</c>. An empty name stays here.</summary>
    public WeightScope Sub(string name) => name.Length == 0 ? this : new(_use, FullName(name));

    /// <summary>Whether the file has this tensor, or any tensor below this name; always true for random weights.</summary>
    public bool Has(string name) =>
        _use.Set is not { } set || set.TryGet(FullName(name), out _) || set.HasPrefix(FullName(name));

    /// <summary>Takes a tensor. One that is missing or misshapen is noted, and zeros of the wanted shape come back.</summary>
    public WeightTensor Take(string name, params ReadOnlySpan<int> shape) => _use.Take(FullName(name), shape.ToArray());

    /// <summary>
    /// Declares a tensor, or all below a name, as known and deliberately unused, so that it is not reported as surplus.
    /// </summary>
    public void Ignore(string name) => _use.Ignored.Add(FullName(name));

    /// <summary>Reports everything that did not fit, in one exception.</summary>
    /// <exception cref="ModelFormatException">Tensors are missing, misshapen or surplus; the message lists them.</exception>
    public void ThrowIfUnfit() => _use.ThrowIfUnfit();

    /// <summary>Whether a tensor name is a batch-norm statistic and not a trainable parameter.</summary>
    public static bool IsStatistic(string name) =>
        name.EndsWith("._mean", StringComparison.Ordinal) || name.EndsWith("._variance", StringComparison.Ordinal);

    private static long Elements(int[] shape) => shape.Aggregate(1L, (product, d) => product * d);

    private string FullName(string name) => Prefix.Length == 0 ? name : $"{Prefix}.{name}";
}
