using System.Buffers;
using System.Collections.Frozen;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>Boxes before suppression, in pooled memory that grows. Not safe to share between threads.</summary>
/// <param name="classes">Classes that are wanted; null wants all.</param>
internal sealed class Candidates(FrozenSet<int>? classes = null) : IDisposable
{
    private Box[] _boxes = ArrayPool<Box>.Shared.Rent(1024);
    private float[] _scores = ArrayPool<float>.Shared.Rent(1024);
    private int[] _classIds = ArrayPool<int>.Shared.Rent(1024);

    /// <summary>Candidates held.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the largest class.</summary>
    public int ClassCount { get; private set; }

    /// <summary>Boxes.</summary>
    public ReadOnlySpan<Box> Boxes => _boxes.AsSpan(0, Count);

    /// <summary>Scores.</summary>
    public ReadOnlySpan<float> Scores => _scores.AsSpan(0, Count);

    /// <summary>Class indices.</summary>
    public ReadOnlySpan<int> ClassIds => _classIds.AsSpan(0, Count);

    /// <summary>Whether objects of this class are wanted.</summary>
    public bool Wants(int classId) => classes is null || classes.Contains(classId);

    /// <summary>Appends a candidate.</summary>
    public void Add(Box box, float score, int classId)
    {
        if (Count == Math.Min(_boxes.Length, Math.Min(_scores.Length, _classIds.Length)))
        {
            Grow(ref _boxes);
            Grow(ref _scores);
            Grow(ref _classIds);
        }

        _boxes[Count] = box;
        _scores[Count] = score;
        _classIds[Count] = classId;
        Count++;
        ClassCount = Math.Max(ClassCount, classId + 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<Box>.Shared.Return(_boxes);
        ArrayPool<float>.Shared.Return(_scores);
        ArrayPool<int>.Shared.Return(_classIds);
    }

    private void Grow<T>(ref T[] array)
    {
        var larger = ArrayPool<T>.Shared.Rent(array.Length * 2);
        array.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}
