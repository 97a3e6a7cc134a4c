using System.Numerics.Tensors;
using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>Where a head and the labels disagree.</summary>
internal static class Judgements
{
    private const int Most = 100;

    /// <summary>The images on which they disagree, those first on which the head is surest of its own answer.</summary>
    public static IReadOnlyList<JudgedPhoto> Of(FeatureMatrix scores, Targets targets, IReadOnlyList<LabeledPhoto> photos, IReadOnlyList<string> labels) =>
        [.. Enumerable.Range(0, targets.Count)
            .SelectMany(i => targets.IsMultiLabel ? Several(scores[i].ToArray(), targets.Labels[i], photos[i], labels) : One(scores[i], targets.Of(i), photos[i], labels))
            .OrderByDescending(j => j.AnswerScore - j.GivenScore).ThenBy(j => j.Path, StringComparer.Ordinal)
            .Take(Most)];

    private static IEnumerable<JudgedPhoto> One(ReadOnlySpan<float> scores, int given, LabeledPhoto photo, IReadOnlyList<string> labels)
    {
        var answer = TensorPrimitives.IndexOfMax(scores);
        return answer == given ? [] : [new JudgedPhoto(photo.Path, labels[given], labels[answer], scores[given], scores[answer])];
    }

    /// <summary>Each label that is given and not found, or found and not given.</summary>
    private static IEnumerable<JudgedPhoto> Several(float[] scores, int[] given, LabeledPhoto photo, IReadOnlyList<string> labels)
    {
        for (var l = 0; l < scores.Length; l++)
        {
            var isGiven = given.Contains(l);
            if (isGiven != scores[l] >= 0.5f)
            {
                var (has, lacks) = (labels[l], $"not {labels[l]}");
                yield return isGiven
                    ? new JudgedPhoto(photo.Path, has, lacks, scores[l], 1 - scores[l])
                    : new JudgedPhoto(photo.Path, lacks, has, 1 - scores[l], scores[l]);
            }
        }
    }
}
