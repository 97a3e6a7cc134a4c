namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>
/// How often each class of the ground truth was predicted as each class, summed over pairs of label maps. Merging two
/// matrices equals counting all their pairs with one. Not safe to share between threads: count with one matrix a worker and
/// merge.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;
    private readonly int _side;

    /// <summary>An empty matrix of classes 0 to <paramref name="classes"/> - 1.</summary>
    /// <param name="classes">Number of classes, 1 to 256.</param>
    /// <param name="ignore">An id beyond the classes that means "no class", counted in a row and a column of its own; null
    /// where there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 or more than 256 classes, or an ignored id that is a class
    /// or above 255.</exception>
    public ConfusionMatrix(int classes, int? ignore = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 256);
        if (ignore is { } id)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(id, classes, nameof(ignore));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(id, 255, nameof(ignore));
        }

        Classes = classes;
        Ignore = ignore;
        _side = classes + (ignore is null ? 0 : 1);
        _counts = new long[_side * _side];
    }

    /// <summary>Number of classes, the ignored id not among them.</summary>
    public int Classes { get; }

    /// <summary>The id that means "no class"; null where there is none.</summary>
    public int? Ignore { get; }

    /// <summary>Pixels counted, ignored ones included.</summary>
    public long Total => _counts.Sum();

    /// <summary>Rows and columns: the classes, and one more where there is an ignored id.</summary>
    public int Side => _side;

    /// <summary>
    /// Pixels of class <paramref name="truth"/> predicted as <paramref name="predicted"/>; index <see cref="Classes"/> stands
    /// for the ignored id.
    /// </summary>
    public long this[int truth, int predicted] => _counts[(truth * _side) + predicted];

    /// <summary>Counts one pair.</summary>
    /// <param name="truth">Ids of the ground truth.</param>
    /// <param name="predicted">Ids of the prediction, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ, or an id is neither a class nor the ignored id.</exception>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted)
    {
        if (truth.Length != predicted.Length)
        {
            throw new ArgumentException($"Expected as many predicted ids as true ones ({truth.Length}), found {predicted.Length}.", nameof(predicted));
        }

        using var pairs = PairHistogram.Count(truth, predicted);
        CheckRange(pairs, rows: true, "ground truth");
        CheckRange(pairs, rows: false, "prediction");
        for (var t = 0; t < _side; t++)
        {
            for (var p = 0; p < _side; p++)
            {
                _counts[(t * _side) + p] += pairs[IdAt(t), IdAt(p)];
            }
        }
    }

    /// <summary>Adds another matrix's counts.</summary>
    /// <exception cref="ArgumentException">It has other classes or another ignored id.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes || other.Ignore != Ignore)
        {
            throw new ArgumentException($"Expected {Classes} classes and the ignored id {Ignore?.ToString() ?? "none"}, found {other.Classes} and {other.Ignore?.ToString() ?? "none"}.", nameof(other));
        }

        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>Adds to one count, for states read back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such row or column, or a negative count.</exception>
    public void Add(int truth, int predicted, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(truth);
        ArgumentOutOfRangeException.ThrowIfNegative(predicted);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(truth, _side);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, _side);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _counts[(truth * _side) + predicted] += count;
    }

    /// <summary>The counts that are not zero.</summary>
    public IEnumerable<(int Truth, int Predicted, long Count)> NonZero() =>
        _counts.Select((count, i) => (i / _side, i % _side, count)).Where(c => c.count > 0);

    private int IdAt(int index) => index < Classes ? index : Ignore!.Value;

    private void CheckRange(in PairHistogram pairs, bool rows, string what)
    {
        for (var id = Classes; id < 256; id++)
        {
            if (id != Ignore && pairs.Has(id, rows))
            {
                throw new ArgumentException(
                    $"Expected class ids 0 to {Classes - 1}{(Ignore is { } ignore ? $" or {ignore}" : "")} in the {what}, found {id}.");
            }
        }
    }
}
