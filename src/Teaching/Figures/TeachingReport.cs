using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Teaching.Data;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>What a head reached on images that it did not learn from. Immutable.</summary>
public sealed record TeachingReport
{
    /// <summary>Name of the backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>Whether images may have no label or several.</summary>
    public required bool IsMultiLabel { get; init; }

    /// <summary>Images that were learned from.</summary>
    public required int Training { get; init; }

    /// <summary>Images that were validated with.</summary>
    public required int Validation { get; init; }

    /// <summary>
    /// Validation images whose likeliest label is right; of images with several labels, one of theirs, and images without
    /// labels do not count. With a single label, images that are rightly said to have it or not.
    /// </summary>
    public required WilsonInterval Top1 { get; init; }

    /// <summary>The same without images that have a near duplicate among those that were learned from.</summary>
    public required WilsonInterval Top1WithoutDuplicates { get; init; }

    /// <summary>The same on the training images, each judged by a head that did not learn from it.</summary>
    public required WilsonInterval CrossValidated { get; init; }

    /// <summary>Factor of half the squared weights, chosen by cross-validation.</summary>
    public required double Strength { get; init; }

    /// <summary>By which logits are divided; it is part of the weights.</summary>
    public required double Temperature { get; init; }

    /// <summary>Mean cross entropy of the validation images.</summary>
    public required double CrossEntropy { get; init; }

    /// <summary>
    /// Expected calibration error of the validation images: how far probabilities of the likeliest label and the share of
    /// right ones are apart, in ten bins. NaN where images may have several labels.
    /// </summary>
    public required double CalibrationError { get; init; }

    /// <summary>Distance to the nearest class mean above which an image is unknown.</summary>
    public required double NoveltyThreshold { get; init; }

    /// <summary>Share of the validation images that are called unknown.</summary>
    public required double UnknownShare { get; init; }

    /// <summary>The labels, in output order.</summary>
    public required IReadOnlyList<LabelFigures> Labels { get; init; }

    /// <summary>Validation images with a wrong answer, the surest first.</summary>
    public required IReadOnlyList<JudgedPhoto> Mistakes { get; init; }

    /// <summary>Training images whose label is likely to be wrong, the likeliest first.</summary>
    public required IReadOnlyList<JudgedPhoto> SuspectLabels { get; init; }

    /// <summary>Pairs of nearly the same image on both sides of the split.</summary>
    public required IReadOnlyList<DuplicatePhoto> NearDuplicates { get; init; }

    /// <summary>Top-1 with fewer images a label; empty where it was not measured.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>
    /// The labels whose recall grew most from half of the images to all of them; more images of these help most.
    /// </summary>
    public required IReadOnlyList<LabelGain> MoreHelps { get; init; }

    /// <summary>Images and folders that were not learned from.</summary>
    public required IReadOnlyList<TeachingFailure> Failures { get; init; }

    /// <summary>What is unusual, for people.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>
    /// How often validation images of one label got another as the likeliest: [true label, answer], row-major by
    /// <see cref="Labels"/>; empty where images may have several labels.
    /// </summary>
    public required IReadOnlyList<int> Confusion { get; init; }
}

/// <summary>One label.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Training">Images that were learned from.</param>
/// <param name="Validation">Images that were validated with.</param>
/// <param name="Precision">Share of its answers that are right; NaN where it was never the answer.</param>
/// <param name="Recall">Share of its validation images that it was found in; NaN where there are none.</param>
public sealed record LabelFigures(string Label, int Training, int Validation, double Precision, double Recall);

/// <summary>An image with what it is said to show and what the head says.</summary>
/// <param name="Path">The file.</param>
/// <param name="Given">Its label.</param>
/// <param name="Answer">The head's.</param>
/// <param name="GivenScore">Probability of the given label.</param>
/// <param name="AnswerScore">Probability of the answer.</param>
public sealed record JudgedPhoto(string Path, string Given, string Answer, double GivenScore, double AnswerScore);

/// <summary>A validation image that is nearly the same as a training image.</summary>
/// <param name="Path">The validation image.</param>
/// <param name="Training">The training image.</param>
/// <param name="Similarity">Cosine of their standardized features.</param>
/// <param name="IsMirrored">Whether one is closer to the mirror image of the other.</param>
public sealed record DuplicatePhoto(string Path, string Training, double Similarity, bool IsMirrored);

/// <summary>Top-1 with at most so many images a label.</summary>
/// <param name="ImagesPerLabel">The limit.</param>
/// <param name="Images">Images that were learned from.</param>
/// <param name="Top1">Validation images with the right answer.</param>
public sealed record CurvePoint(int ImagesPerLabel, int Images, WilsonInterval Top1);

/// <summary>How much the second half of its images helped a label.</summary>
/// <param name="Label">The label.</param>
/// <param name="RecallOfHalf">Recall with half of the images.</param>
/// <param name="Recall">Recall with all of them.</param>
public sealed record LabelGain(string Label, double RecallOfHalf, double Recall);
