namespace PPLCNet.Vision.Evaluation.Coco.Accumulation;

/// <summary>
/// Precision, score and recall of every category, area range and threshold; -1 where a category has no truth that counts.
/// </summary>
internal sealed class Curves
{
    private readonly int _thresholds;
    private readonly int _areas;
    private readonly int _limits;

    public Curves(CocoEvaluationOptions options, int categories)
    {
        (_thresholds, _areas, _limits) = (options.IouThresholds.Count, options.Areas.Count, options.MaxDetections.Count);
        Categories = categories;
        Precision = new double[categories * _areas * _thresholds * Levels];
        Score = new double[Precision.Length];
        Recall = new double[categories * _areas * _limits * _thresholds];
        Array.Fill(Precision, -1);
        Array.Fill(Score, -1);
        Array.Fill(Recall, -1);
    }

    public int Categories { get; }

    public static int Levels => CocoEvaluationOptions.RecallLevels.Count;

    public double[] Precision { get; } // [category, area, threshold, recall level], at the last limit of detections

    public double[] Score { get; } // as Precision: score of the detection that reaches the level

    public double[] Recall { get; } // [category, area, limit, threshold]

    public int PrecisionAt(int category, int area, int threshold) => ((((category * _areas) + area) * _thresholds) + threshold) * Levels;

    public int RecallAt(int category, int area, int limit, int threshold) =>
        (((((category * _areas) + area) * _limits) + limit) * _thresholds) + threshold;
}
