using System.Collections;

namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>The best classes of an image, best first. Immutable and safe to share between threads.</summary>
/// <param name="top">The classes, best first.</param>
public sealed class ClassificationResult(IReadOnlyList<ClassScore> top) : IReadOnlyList<ClassScore>, IPrediction<ClassificationResult>
{
    /// <summary>The classes, best first.</summary>
    public IReadOnlyList<ClassScore> Top => top;

    /// <summary>
    /// How unlike all classes the image is: 0 at the mean of a class, 1 at the model's threshold. Null where the model has no
    /// such output.
    /// </summary>
    public float? Novelty { get; init; }

    /// <summary>Whether the image is unlike everything that the model was trained on: its novelty is above 1.</summary>
    public bool IsUnknown => Novelty > 1;

    /// <inheritdoc/>
    public StageTimings Timings { get; init; }

    /// <inheritdoc/>
    public int Count => top.Count;

    /// <inheritdoc/>
    public ClassScore this[int index] => top[index];

    /// <inheritdoc/>
    public ClassificationResult WithTimings(StageTimings timings) => new(top) { Timings = timings, Novelty = Novelty };

    /// <inheritdoc/>
    public IEnumerator<ClassScore> GetEnumerator() => top.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
