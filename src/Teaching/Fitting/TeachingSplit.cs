using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>Standardized images on both sides of the split.</summary>
/// <param name="Standardization">Measured on the training images.</param>
/// <param name="Training">The images to learn from.</param>
/// <param name="Validation">The images to validate with.</param>
/// <param name="TrainingPhotos">The files of <paramref name="Training"/>.</param>
/// <param name="ValidationPhotos">The files of <paramref name="Validation"/>.</param>
internal sealed record TeachingSplit(
    Standardization Standardization, TrainingRows Training, TrainingRows Validation,
    IReadOnlyList<LabeledPhoto> TrainingPhotos, IReadOnlyList<LabeledPhoto> ValidationPhotos)
{
    /// <summary>Splits a set, or takes its own validation.</summary>
    /// <exception cref="DataFormatException">The share for validation is so small that nothing is held back.</exception>
    public static TeachingSplit Of(PhotoSet set, bool isMultiLabel, int width, HeadTrainerOptions options)
    {
        var (training, validation) = (set.Photos, set.Validation);
        if (validation is null)
        {
            var held = Folds.Hold(set.TargetsOf(set.Photos, isMultiLabel), options.ValidationShare, options.Seed);
            training = [.. set.Photos.Where((_, i) => !held.Contains(i))];
            validation = [.. set.Photos.Where((_, i) => held.Contains(i))];
            if (validation.Count == 0)
            {
                throw new DataFormatException(
                    $"expected images enough to hold {options.ValidationShare} of each label back for validation, found {set.Photos.Count} images of {set.Labels.Count} labels; take more images, a larger share, or images of their own.");
            }
        }

        var rows = PhotoSet.RowsOf(training, width);
        var standardization = Standardization.Of(rows);
        standardization.Apply(rows);
        var others = PhotoSet.RowsOf(validation, width);
        standardization.Apply(others);
        return new TeachingSplit(
            standardization,
            new TrainingRows(rows, set.TargetsOf(training, isMultiLabel)),
            new TrainingRows(others, set.TargetsOf(validation, isMultiLabel)),
            [.. training.Select(p => p.Photo)],
            [.. validation.Select(p => p.Photo)]);
    }

    /// <summary>The validation images as they are in use.</summary>
    public FeatureMatrix ValidationWhole { get; } = Validation.Whole([.. Enumerable.Range(0, Validation.Targets.Count)]);
}
