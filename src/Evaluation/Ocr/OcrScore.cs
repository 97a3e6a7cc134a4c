using System.Text.Json;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>
/// What was read and where, end to end: found as ICDAR matches, and read alike; with PaddleOCR's own figures. Sums of whole
/// numbers, so shards merge exactly. Immutable.
/// </summary>
internal sealed record OcrScore
{
    /// <summary>Where text was found.</summary>
    public DetectionScore Found { get; init; } = new();

    /// <summary>Matches that agree in ASCII letters and digits, case aside.</summary>
    public long Alike { get; init; }

    /// <summary>Matches that agree but for spaces.</summary>
    public long Exact { get; init; }

    /// <summary>The figures of PaddleOCR.</summary>
    public EndToEndScore Ppocr { get; init; } = new();

    /// <summary>Both sums.</summary>
    public static OcrScore operator +(OcrScore a, OcrScore b) => a.Add(b);

    /// <summary>Judges one image.</summary>
    /// <param name="truths">The truth; don't-care regions among it.</param>
    /// <param name="results">What was read.</param>
    public static OcrScore Of(IReadOnlyList<TextPolygon> truths, IReadOnlyList<TextPolygon> results)
    {
        var matches = DetectionMatcher.Match(truths, results);
        long Count(Func<string, string> form) => matches.Pairs.Count(p => form(p.Truth.Text) == form(p.Detection.Text));
        return new OcrScore
        {
            Found = DetectionScore.Of(matches),
            Alike = Count(TextForms.LettersAndDigits),
            Exact = Count(TextForms.WithoutSpaces),
            Ppocr = EndToEndScore.Of(truths, results),
        };
    }

    /// <summary>This and another score.</summary>
    public OcrScore Add(OcrScore other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new OcrScore { Found = Found + other.Found, Alike = Alike + other.Alike, Exact = Exact + other.Exact, Ppocr = Ppocr + other.Ppocr };
    }

    /// <summary>The figures and counts.</summary>
    internal EvaluationSummary Summarize()
    {
        var alike = Found with { Matched = Alike };
        return new EvaluationSummary()
            .Add("precision", alike.Precision)
            .Add("recall", alike.Recall)
            .Add("hmean", alike.HMean)
            .Add("exact_hmean", (Found with { Matched = Exact }).HMean)
            .Add("detection_precision", Found.Precision)
            .Add("detection_recall", Found.Recall)
            .Add("detection_hmean", Found.HMean)
            .Add("ppocr_precision", Ppocr.Precision)
            .Add("ppocr_recall", Ppocr.Recall)
            .Add("ppocr_fmeasure", Ppocr.FMeasure)
            .Add("ppocr_character_acc", Ppocr.CharacterAccuracy)
            .AddCount("truths", Found.Truths)
            .AddCount("detections", Found.Detections)
            .AddCount("matched", Alike);
    }

    /// <summary>Writes the counts as fields of the current object.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        Found.WriteState(json);
        json.WriteNumber("alike", Alike);
        json.WriteNumber("exact", Exact);
        json.WriteNumber("ppocr_images", Ppocr.Images);
        json.WriteNumber("ppocr_truths", Ppocr.Truths);
        json.WriteNumber("ppocr_results", Ppocr.Results);
        json.WriteNumber("ppocr_hits", Ppocr.Hits);
        json.WriteNumber("ppocr_edits", Ppocr.Edits);
        json.WriteNumber("ppocr_characters", Ppocr.Characters);
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static OcrScore ReadState(JsonElement state)
    {
        long Number(string name) => state.GetProperty(name).GetInt64();
        return new OcrScore
        {
            Found = DetectionScore.ReadState(state),
            Alike = Number("alike"),
            Exact = Number("exact"),
            Ppocr = new EndToEndScore
            {
                Images = Number("ppocr_images"),
                Truths = Number("ppocr_truths"),
                Results = Number("ppocr_results"),
                Hits = Number("ppocr_hits"),
                Edits = Number("ppocr_edits"),
                Characters = Number("ppocr_characters"),
            },
        };
    }
}
