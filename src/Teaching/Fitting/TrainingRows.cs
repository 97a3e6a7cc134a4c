using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>Standardized features of images, some views each, and what the images show.</summary>
/// <param name="Features">The views of the first image, then those of the second: [images * views, D].</param>
/// <param name="Targets">The labels of the images.</param>
internal sealed record TrainingRows(FeatureMatrix Features, Targets Targets)
{
    /// <summary>Rows of one image.</summary>
    public int Views => Features.Count / Math.Max(1, Targets.Count);

    /// <summary>Some of the images with all their views.</summary>
    public TrainingRows Take(IReadOnlyList<int> images) => new(
        Features.Take([.. images.SelectMany(i => Enumerable.Range(i * Views, Views))]), Targets.Take(images));

    /// <summary>The first views of images: the images as they are in use.</summary>
    public FeatureMatrix Whole(IReadOnlyList<int> images) => Features.Take([.. images.Select(i => i * Views)]);

    /// <summary>Fits a layer to all views.</summary>
    public LinearLayer Fit(MatrixProducts products, double strength, CancellationToken cancellationToken)
    {
        var targets = Targets.Repeat(Views);
        return LogisticRegression.Fit(products, Features, targets, targets.BalancedWeights(), strength, cancellationToken);
    }
}
