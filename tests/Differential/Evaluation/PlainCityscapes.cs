using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Tests.Differential.Evaluation;

/// <summary>Cityscapes' pixel-level rules from their description, pixel by pixel.</summary>
internal static class PlainCityscapes
{
    public static void AssertEqual(List<(LabelMap Truth, LabelMap Predicted, InstanceMap Instances)> pairs, CityscapesScores got)
    {
        var labels = CityscapesLabels.All;
        var pixels = pairs.SelectMany(p => p.Truth.Ids.ToArray().Zip(p.Predicted.Ids.ToArray())).ToList();
        bool Counts(int id) => !labels[id].IsIgnored;
        foreach (var label in labels)
        {
            double hit = pixels.Count(p => p.First == label.Id && p.Second == label.Id);
            double miss = pixels.Count(p => p.First == label.Id && p.Second != label.Id);
            double alarm = pixels.Count(p => Counts(p.First) && p.First != label.Id && p.Second == label.Id);
            PlainScores.Same(label.Name, label.IsIgnored ? double.NaN : Ratio(hit, hit + miss + alarm),
                got.ClassScores[label.Name]);
            var (weighted, weightedMiss) = Instances(pairs, [label.Id], (id, predicted) => predicted == id);
            PlainScores.Same(
                $"i {label.Name}",
                label is { HasInstances: true, IsIgnored: false } ? Ratio(weighted, weighted + alarm + weightedMiss) : double.NaN,
                got.ClassInstScores[label.Name]);
        }

        foreach (var category in labels.Select(l => l.Category).Distinct())
        {
            int[] all = [.. labels.Where(l => l.Category == category).Select(l => l.Id)];
            int[] own = [.. all.Where(Counts)];
            double hit = pixels.Count(p => own.Contains(p.First) && own.Contains(p.Second));
            double miss = pixels.Count(p => own.Contains(p.First) && !own.Contains(p.Second));
            double alarm = pixels.Count(p => Counts(p.First) && !own.Contains(p.First) && own.Contains(p.Second));
            PlainScores.Same(category, own.Length == 0 ? double.NaN : Ratio(hit, hit + miss + alarm),
                got.CategoryScores[category]);
            var hasInstances = all.All(id => labels[id].HasInstances);
            double instanceAlarm =
                pixels.Count(p => Counts(p.First) && labels[p.First].Category != category && all.Contains(p.Second));
            var (weighted, weightedMiss) = Instances(pairs, own, (_, predicted) => all.Contains(predicted));
            PlainScores.Same(
                $"i {category}", hasInstances ? Ratio(weighted, weighted + instanceAlarm + weightedMiss) : double.NaN,
                    got.CategoryInstScores[category]);
        }

        PlainScores.Same("classes", PlainScores.Mean(got.ClassScores.Values), got.AverageScoreClasses);
        PlainScores.Same("categories", PlainScores.Mean(got.CategoryScores.Values), got.AverageScoreCategories);
    }

    /// <summary>Weighted hits and misses over the instances of some labels.</summary>
    private static (double Hit, double Miss) Instances(
        List<(LabelMap Truth, LabelMap Predicted, InstanceMap Instances)> pairs, int[] labels, Func<int, int, bool> isRight)
    {
        double hit = 0, miss = 0;
        foreach (var (_, predicted, instances) in pairs)
        {
            var ids = instances.Ids.ToArray();
            var answers = predicted.Ids.ToArray();
            foreach (var instance in ids.Where(id => id > 1000 && labels.Contains(id / 1000)).Distinct())
            {
                var mine = Enumerable.Range(0, ids.Length).Where(i => ids[i] == instance).ToList();
                var right = mine.Count(i => isRight(instance / 1000, answers[i]));
                var weight = CityscapesLabels.AverageInstanceSize[CityscapesLabels.All[instance / 1000].Name] / mine.Count;
                hit += right * weight;
                miss += (mine.Count - right) * weight;
            }
        }

        return (hit, miss);
    }

    private static double Ratio(double part, double whole) => whole == 0 ? double.NaN : part / whole;
}
