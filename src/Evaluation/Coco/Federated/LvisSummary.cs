namespace PPLCNet.Vision.Evaluation.Coco.Federated;

/// <summary>LVIS's thirteen numbers, each 0 to 1, or -1 where no truth counts.</summary>
/// <param name="AP">Average precision over all thresholds.</param>
/// <param name="AP50">At overlap 0.50.</param>
/// <param name="AP75">At overlap 0.75.</param>
/// <param name="APs">Of small objects.</param>
/// <param name="APm">Of medium objects.</param>
/// <param name="APl">Of large objects.</param>
/// <param name="APr">Of rare categories.</param>
/// <param name="APc">Of common categories.</param>
/// <param name="APf">Of frequent categories.</param>
/// <param name="AR300">Average recall with 300 detections an image, over all categories together.</param>
/// <param name="ARs">Of small objects.</param>
/// <param name="ARm">Of medium objects.</param>
/// <param name="ARl">Of large objects.</param>
public sealed record LvisSummary(
    double AP, double AP50, double AP75, double APs, double APm, double APl, double APr, double APc, double APf,
    double AR300, double ARs, double ARm, double ARl)
{
    /// <summary>Names of the numbers, in LVIS's order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["AP", "AP50", "AP75", "APs", "APm", "APl", "APr", "APc", "APf", "AR300", "ARs", "ARm", "ARl"];

    /// <summary>The numbers in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<double> Values => [AP, AP50, AP75, APs, APm, APl, APr, APc, APf, AR300, ARs, ARm, ARl];

    /// <summary>Reads the numbers off an evaluation by <see cref="CocoEvaluationOptions.Lvis"/>.</summary>
    public static LvisSummary Of(CocoEvaluation evaluation)
    {
        var coco = evaluation.Summary;
        return new LvisSummary(
            coco.AP,
            coco.AP50,
            coco.AP75,
            coco.APs,
            coco.APm,
            coco.APl,
            evaluation.AveragePrecision(CategoryFrequency.Rare),
            evaluation.AveragePrecision(CategoryFrequency.Common),
            evaluation.AveragePrecision(CategoryFrequency.Frequent),
            evaluation.AverageRecall(),
            coco.ARs,
            coco.ARm,
            coco.ARl);
    }
}
