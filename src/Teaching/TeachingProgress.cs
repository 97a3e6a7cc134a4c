namespace PPLCNet.Vision.Teaching;

/// <summary>How far a head is.</summary>
/// <param name="Stage">What is being done: <c>features</c>, <c>cross-validation</c>, <c>curve</c>.</param>
/// <param name="Done">Finished steps of this stage: images, folds, fits.</param>
/// <param name="Total">All steps of this stage.</param>
public readonly record struct TeachingProgress(string Stage, int Done, int Total);
