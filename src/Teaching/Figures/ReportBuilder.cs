using System.Numerics.Tensors;
using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Teaching.Backbones;
using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>Measures a head.</summary>
internal sealed class ReportBuilder(
    MatrixProducts products, TeachingSplit split, CrossValidation validated, LinearHead head, LinearLayer layer,
    HeadTrainerOptions options, IProgress<TeachingProgress>? progress)
{
    private const int Bins = 10, GainsInReport = 5;

    private readonly Targets _targets = split.Validation.Targets;

    /// <summary>Every figure.</summary>
    public TeachingReport Build(string backbone, PhotoSet set, CancellationToken cancellationToken)
    {
        var logits = layer.Logits(products, split.ValidationWhole);
        var scores = Probabilities.Of(logits, head.IsMultiLabel);
        var trainingTargets = split.Training.Targets.Take(validated.Judged);
        var heldOut = Probabilities.Of(Divided(validated.Logits, validated.Temperature), head.IsMultiLabel);
        var duplicates = NearDuplicatePhotos.Find(products, split, options.Views, cancellationToken);
        var duplicated = duplicates.Select(d => d.Path).ToHashSet(StringComparer.Ordinal);
        int[] unique = [.. Enumerable.Range(0, _targets.Count).Where(i => !duplicated.Contains(split.ValidationPhotos[i].Path))];
        var curve = LearningCurve.Measure(products, split, head.Labels, validated.Strength, scores, options, progress, cancellationToken);
        var distances = ClassMeans.Distances(products, split.ValidationWhole, head.Means);
        return new TeachingReport
        {
            Backbone = backbone,
            IsMultiLabel = head.IsMultiLabel,
            Training = split.TrainingPhotos.Count,
            Validation = split.ValidationPhotos.Count,
            Top1 = Top1(scores, _targets),
            Top1WithoutDuplicates = Top1(scores.Take(unique), _targets.Take(unique)),
            CrossValidated = Top1(heldOut, trainingTargets),
            Strength = validated.Strength,
            Temperature = validated.Temperature,
            CrossEntropy = Temperature.Loss(logits, _targets, 1),
            CalibrationError = head.IsMultiLabel ? double.NaN : CalibrationError(scores),
            NoveltyThreshold = head.Threshold,
            UnknownShare = distances.Count(d => d > head.Threshold) / (double)distances.Length,
            Labels = LabelFiguresOf(scores),
            Mistakes = Judgements.Of(scores, _targets, split.ValidationPhotos, head.Labels),
            SuspectLabels = Judgements.Of(heldOut, trainingTargets, [.. validated.Judged.Select(i => split.TrainingPhotos[i])], head.Labels),
            NearDuplicates = duplicates,
            Curve = curve.Points,
            MoreHelps = [.. curve.Gains.Take(GainsInReport)],
            Failures = set.Failures,
            Notes = set.Notes,
            Confusion = head.IsMultiLabel ? [] : Confusion(scores),
        };
    }

    /// <summary>
    /// Images whose likeliest label is theirs; images without labels do not count. A single label is always the likeliest, so
    /// there it is the images that are rightly said to have it or not.
    /// </summary>
    public static WilsonInterval Top1(FeatureMatrix scores, Targets targets)
    {
        var judged = Enumerable.Range(0, targets.Count).Where(i => targets.Classes == 1 || targets.Labels[i].Length > 0).ToList();
        return new WilsonInterval(judged.Count(IsRight), judged.Count);

        bool IsRight(int image) => targets.Classes == 1
            ? Probabilities.Answers(scores[image], isMultiLabel: true).SequenceEqual(targets.Labels[image])
            : targets.Labels[image].Contains(TensorPrimitives.IndexOfMax<float>(scores[image]));
    }

    private static FeatureMatrix Divided(FeatureMatrix logits, double temperature)
    {
        var divided = new float[logits.Values.Length];
        TensorPrimitives.Divide(logits.Values, (float)temperature, divided);
        return new FeatureMatrix(logits.Width, divided);
    }

    private double CalibrationError(FeatureMatrix scores)
    {
        double[] confidence = new double[Bins], hits = new double[Bins];
        for (var i = 0; i < scores.Count; i++)
        {
            var answer = TensorPrimitives.IndexOfMax<float>(scores[i]);
            var bin = Math.Min(Bins - 1, (int)(scores[i][answer] * Bins));
            confidence[bin] += scores[i][answer];
            hits[bin] += answer == _targets.Of(i) ? 1 : 0;
        }

        return Enumerable.Range(0, Bins).Sum(b => Math.Abs(confidence[b] - hits[b])) / scores.Count;
    }

    private List<LabelFigures> LabelFiguresOf(FeatureMatrix scores)
    {
        int[] training = split.Training.Targets.Counts(), truths = _targets.Counts();
        int[] answers = new int[head.Labels.Count], hits = new int[head.Labels.Count];
        for (var i = 0; i < scores.Count; i++)
        {
            foreach (var label in Probabilities.Answers(scores[i], head.IsMultiLabel))
            {
                answers[label]++;
                hits[label] += _targets.Labels[i].Contains(label) ? 1 : 0;
            }
        }

        return [.. head.Labels.Select((name, l) => new LabelFigures(
            name, training[l], truths[l], answers[l] == 0 ? double.NaN : (double)hits[l] / answers[l], truths[l] == 0 ? double.NaN : (double)hits[l] / truths[l]))];
    }

    private int[] Confusion(FeatureMatrix scores)
    {
        var confusion = new int[head.Labels.Count * head.Labels.Count];
        for (var i = 0; i < scores.Count; i++)
        {
            confusion[(_targets.Of(i) * head.Labels.Count) + TensorPrimitives.IndexOfMax<float>(scores[i])]++;
        }

        return confusion;
    }
}
