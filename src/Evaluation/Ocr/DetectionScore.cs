using System.Text.Json;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>
/// Precision, recall and hmean over images. Sums of whole numbers, so shards merge exactly. Not safe to share between
/// threads.
/// </summary>
public sealed record DetectionScore
{
    /// <summary>Truths that count.</summary>
    public long Truths { get; init; }

    /// <summary>Detections that count.</summary>
    public long Detections { get; init; }

    /// <summary>Truths that were found.</summary>
    public long Matched { get; init; }

    /// <summary>Part of the detections that is right; 0 without detections.</summary>
    public double Precision => Detections == 0 ? 0 : (double)Matched / Detections;

    /// <summary>Part of the truths that was found; 0 without truths.</summary>
    public double Recall => Truths == 0 ? 0 : (double)Matched / Truths;

    /// <summary>Harmonic mean of both.</summary>
    public double HMean => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    /// <summary>ICDAR's one-to-one matches of one image at IoU above 0.5, as PaddleOCR counts them.</summary>
    /// <param name="truths">The truth; regions that do not count among it.</param>
    /// <param name="detections">What was found.</param>
    public static DetectionScore Of(IEnumerable<TextPolygon> truths, IEnumerable<TextPolygon> detections) =>
        Of(DetectionMatcher.Match(truths, detections));

    /// <summary>The counts of one image.</summary>
    internal static DetectionScore Of(DetectionMatches matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return new() { Truths = matches.CareTruths, Detections = matches.CareDetections, Matched = matches.Pairs.Count };
    }

    /// <summary>Both sums.</summary>
    public static DetectionScore operator +(DetectionScore a, DetectionScore b) => a.Add(b);

    /// <summary>Precision, recall, hmean and the counts.</summary>
    internal EvaluationSummary Summarize() => new EvaluationSummary()
        .Add("precision", Precision)
        .Add("recall", Recall)
        .Add("hmean", HMean)
        .AddCount("truths", Truths)
        .AddCount("detections", Detections)
        .AddCount("matched", Matched);

    /// <summary>Writes the counts as fields of the current object.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("truths", Truths);
        json.WriteNumber("detections", Detections);
        json.WriteNumber("matched", Matched);
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static DetectionScore ReadState(JsonElement state) => new()
    {
        Truths = state.GetProperty("truths").GetInt64(),
        Detections = state.GetProperty("detections").GetInt64(),
        Matched = state.GetProperty("matched").GetInt64(),
    };

    /// <summary>This and another score.</summary>
    public DetectionScore Add(DetectionScore other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new DetectionScore
        {
            Truths = Truths + other.Truths,
            Detections = Detections + other.Detections,
            Matched = Matched + other.Matched,
        };
    }
}
