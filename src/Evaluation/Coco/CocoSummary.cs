namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>COCO's twelve numbers, each 0 to 1, or -1 where no truth counts.</summary>
/// <param name="AP">Average precision over all thresholds.</param>
/// <param name="AP50">At overlap 0.50.</param>
/// <param name="AP75">At overlap 0.75.</param>
/// <param name="APs">Of small objects.</param>
/// <param name="APm">Of medium objects.</param>
/// <param name="APl">Of large objects.</param>
/// <param name="AR1">Average recall with one detection per image and category.</param>
/// <param name="AR10">With ten.</param>
/// <param name="AR100">With a hundred.</param>
/// <param name="ARs">Of small objects.</param>
/// <param name="ARm">Of medium objects.</param>
/// <param name="ARl">Of large objects.</param>
public sealed record CocoSummary(
    double AP, double AP50, double AP75, double APs, double APm, double APl,
    double AR1, double AR10, double AR100, double ARs, double ARm, double ARl)
{
    /// <summary>Names of the numbers, in COCO's order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"];

    /// <summary>The numbers in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<double> Values => [AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl];
}

/// <summary>One category's figures; -1 where it has no truth that counts.</summary>
/// <param name="Category">The category.</param>
/// <param name="Positives">Truths that count.</param>
/// <param name="Detections">Detections that were kept.</param>
/// <param name="AP">Average precision over all thresholds.</param>
/// <param name="AP50">At the first threshold.</param>
/// <param name="AR">Average recall with the most detections.</param>
public sealed record CocoCategoryScore(CocoCategory Category, long Positives, int Detections, double AP, double AP50, double AR);

/// <summary>A precision-recall curve at <see cref="CocoEvaluationOptions.RecallLevels"/>.</summary>
/// <param name="Precision">Precision at each level; 0 beyond the recall that is reached, -1 everywhere without truth.</param>
/// <param name="Score">Score of the detection that reaches each level; 0 and -1 likewise.</param>
internal sealed record CocoCurve(double[] Precision, double[] Score);
