using System.Text.Json;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>The figures of a head as JSON, in flat names and numbers.</summary>
internal static class TeachingReportJson
{
    /// <summary>
    /// Writes <c>top1</c>, <c>top1_low</c>, <c>top1_high</c>, <c>train</c>, <c>val</c>, <c>classes</c> and further figures into
    /// the current object; figures that do not exist are left out.
    /// </summary>
    public static void WriteTeaching(this Utf8JsonWriter json, TeachingReport report)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(report);
        Write(json, "top1", report.Top1.Share);
        json.WriteNumber("top1_low", report.Top1.Low);
        json.WriteNumber("top1_high", report.Top1.High);
        json.WriteNumber("train", report.Training);
        json.WriteNumber("val", report.Validation);
        json.WriteNumber("classes", report.Labels.Count);
        Write(json, "top1_cross_validated", report.CrossValidated.Share);
        Write(json, "top1_without_duplicates", report.Top1WithoutDuplicates.Share);
        json.WriteNumber("near_duplicates", report.NearDuplicates.Count);
        Write(json, "cross_entropy", report.CrossEntropy);
        Write(json, "calibration_error", report.CalibrationError);
        json.WriteNumber("strength", report.Strength);
        json.WriteNumber("temperature", report.Temperature);
        json.WriteNumber("novelty_threshold", report.NoveltyThreshold);
        Write(json, "unknown_share", report.UnknownShare);
        json.WriteNumber("failed", report.Failures.Count);
    }

    private static void Write(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
    }
}
