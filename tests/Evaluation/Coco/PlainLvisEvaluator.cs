using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Federated;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

/// <summary>
/// LVIS's rules written down a second time over <see cref="PlainCocoEvaluator"/>: thirteen numbers. Boxes only.
/// </summary>
internal static class PlainLvisEvaluator
{
    public static double[] Evaluate(CocoGroundTruth whole, CocoResults results, int limit = 300)
    {
        var truth = AsLvisSeesIt(whole);
        var rows = Judged(truth, results, limit);
        var thresholds = CocoEvaluationOptions.Default.IouThresholds;
        double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(-1).Average();
        double Ap(int area, Func<CocoCategory, bool> takes, params double[] at) =>
            Mean(at.SelectMany(t => truth.Categories.SelectMany((c, k) =>
                takes(c) ? PlainCocoEvaluator.Curve(truth, rows, k, area, t, limit).Precision ?? [] : [])));
        double Ar(int area) =>
            Mean(thresholds.SelectMany(t => truth.Categories.Select((_, k) => PlainCocoEvaluator.Curve(truth, rows, k, area, t, limit).Recall)).Where(r => r >= 0));
        double[] all = [.. thresholds];
        return
        [
            Ap(0, _ => true, all), Ap(0, _ => true, 0.5), Ap(0, _ => true, 0.75), Ap(1, _ => true, all), Ap(2, _ => true, all), Ap(3, _ => true, all),
            Ap(0, c => c.Frequency == CategoryFrequency.Rare, all), Ap(0, c => c.Frequency == CategoryFrequency.Common, all),
            Ap(0, c => c.Frequency == CategoryFrequency.Frequent, all),
            Ar(0), Ar(1), Ar(2), Ar(3),
        ];
    }

    // No crowds, and nothing without an area; what the file says to ignore is not made up here.
    private static CocoGroundTruth AsLvisSeesIt(CocoGroundTruth truth)
    {
        var builder = new CocoGroundTruthBuilder();
        foreach (var image in truth.Images)
        {
            builder.AddImage(image.Id, image.Width, image.Height, "", image.Labels);
        }

        foreach (var category in truth.Categories)
        {
            builder.AddCategory(category.Id, category.Name, category.Frequency);
        }

        var columns = truth.Annotations;
        for (var i = 0; i < truth.Annotations.Id.Length; i++)
        {
            if (columns.Area[i] > 0)
            {
                builder.AddAnnotation(
                    columns.Id[i], truth.Images[columns.Image[i]].Id, truth.Categories[columns.Category[i]].Id, columns.Box[i], columns.Area[i]);
            }
        }

        return builder.Build();
    }

    private static List<(CocoResults.Row Row, bool Lenient)> Judged(CocoGroundTruth truth, CocoResults results, int limit)
    {
        var kept = new List<(CocoResults.Row Row, bool Lenient)>();
        foreach (var (position, image) in truth.Images.Index())
        {
            var present = Enumerable.Range(0, truth.Annotations.Id.Length).Where(i => truth.Annotations.Image[i] == position)
                .Select(i => truth.Categories[truth.Annotations.Category[i]].Id).ToHashSet();
            kept.AddRange(results.Rows.ToArray().Where(r => r.Image == image.Id).OrderByDescending(r => r.Score).Take(limit)
                .Where(r => r.Area > 0)
                .Where(r => present.Contains(r.Category) || image.Labels!.Absent.Contains(r.Category))
                .Select(r => (r, image.Labels!.NotExhaustive.Contains(r.Category))));
        }

        return kept;
    }
}
