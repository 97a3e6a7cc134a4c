using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching;

/// <summary>How a head is learned.</summary>
public sealed record HeadTrainerOptions
{
    /// <summary>Share of the images of each label that are held back for validation, above 0 and below 1.</summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Decides which images are held back and which are in which fold.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Folds of the cross-validation, at least 2; fewer where every label has fewer images.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Strengths of the L2 regularization to choose from, strongest first, all above 0.</summary>
    public IReadOnlyList<double> Strengths { get; init; } = [0.1, 0.01, 3e-3, 1e-3, 3e-4, 1e-4];

    /// <summary>The views of each image to learn from; the first is the image as it is in use.</summary>
    public IReadOnlyList<ImageView> Views { get; init; } = ImageView.Standard;

    /// <summary>
    /// The most rows of features in memory, views counted; with more images, fewer of <see cref="Views"/> are used, the first
    /// ones. At least 1.
    /// </summary>
    public int MaxRows { get; init; } = 60_000;

    /// <summary>Share of held-out images that the threshold of the novelty is to call unknown, above 0 and below 1.</summary>
    public double NoveltyShare { get; init; } = 0.05;

    /// <summary>Where features are kept, so that a further run takes seconds; null keeps them in memory only.</summary>
    public string? CachePath { get; init; }

    /// <summary>Images processed concurrently, and threads of the fit; 0 means one per core.</summary>
    public int Workers { get; init; }

    /// <summary>Whether the accuracy with fewer images a label is measured, which takes some more fits.</summary>
    public bool LearningCurve { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Folds, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRows, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Workers);
        if (ValidationShare is not (> 0 and < 1))
        {
            throw new ArgumentException($"Expected a share for validation above 0 and below 1, found {ValidationShare}.");
        }

        if (NoveltyShare is not (> 0 and < 1))
        {
            throw new ArgumentException($"Expected a share of unknown images above 0 and below 1, found {NoveltyShare}.");
        }

        if (Strengths.Count == 0 || Strengths.Any(s => !(s > 0 && double.IsFinite(s))) || !Strengths.SequenceEqual(Strengths.OrderDescending()))
        {
            throw new ArgumentException("Expected one strength or more above 0, strongest first.");
        }

        if (Views.Count == 0 || Views.Any(v => !(v.Side is > 0 and <= 1 && v.X is >= 0 and < 1 && v.Y is >= 0 and < 1 && v.Gain > 0)))
        {
            throw new ArgumentException("Expected one view or more, each of a part inside the image.");
        }
    }

    internal int Threads => Workers > 0 ? Workers : Environment.ProcessorCount;
}
