using System.Collections;

namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>The best classes of an image, best first. Immutable and safe to share between threads.</summary>
/// <param name="top">The classes, best first.</param>
public sealed class ClassificationResult(IReadOnlyList<ClassScore> top) : IReadOnlyList<ClassScore>, IPrediction<ClassificationResult>
{
    /// <summary>The classes, best first.</summary>
    public IReadOnlyList<ClassScore> Top => top;

    /// <inheritdoc/>
    public StageTimings Timings { get; init; }

    /// <inheritdoc/>
    public int Count => top.Count;

    /// <inheritdoc/>
    public ClassScore this[int index] => top[index];

    /// <inheritdoc/>
    public ClassificationResult WithTimings(StageTimings timings) => new(top) { Timings = timings };

    /// <inheritdoc/>
    public IEnumerator<ClassScore> GetEnumerator() => top.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
