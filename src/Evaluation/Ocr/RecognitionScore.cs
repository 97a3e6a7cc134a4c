using System.Text.Json;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>
/// Accuracy and edit distance of recognized lines, as PP-OCR's RecMetric computes them and in
/// plain form. Additive: states of shards merge to exactly what one run over everything gives. Not safe to share between threads.
/// </summary>
public sealed class RecognitionScore
{
    private const double Epsilon = 1e-5;

    // Sums of distances by the length they are divided by: whole numbers, so that merging rounds nothing.
    private readonly SortedDictionary<int, long> _distances = [];

    /// <summary>Lines.</summary>
    public long Count { get; private set; }

    /// <summary>Lines read exactly, spaces aside.</summary>
    public long Hits { get; private set; }

    /// <summary>Lines whose ASCII letters and digits were read exactly, case aside.</summary>
    public long AlnumHits { get; private set; }

    /// <summary>Edits between what was read and the truth, nothing removed.</summary>
    public long Edits { get; private set; }

    /// <summary>Code points of the truth.</summary>
    public long Characters { get; private set; }

    /// <summary>Sums of edits (spaces removed) by the longer text's length.</summary>
    public IReadOnlyDictionary<int, long> Distances => _distances;

    /// <summary>Part of the lines that was read exactly; spaces (U+0020) do not count.</summary>
    public double Accuracy => Ratio(Hits, Count);

    /// <summary>Part of the lines whose ASCII letters and digits were read exactly, case aside.</summary>
    public double AlnumAccuracy => Ratio(AlnumHits, Count);

    /// <summary>1 minus the mean over lines of the edit distance over the longer length; spaces do not count.</summary>
    public double NormalizedEditSimilarity => Count == 0 ? 0 : 1 - (DistanceSum / Count);

    /// <summary>Edits over characters of the truth; may exceed 1.</summary>
    public double CharacterErrorRate => Ratio(Edits, Characters);

    /// <summary>PP-OCR's <c>acc</c>: hits over count + 1e-5.</summary>
    public double PpocrAccuracy => Hits / (Count + Epsilon);

    /// <summary>PP-OCR's <c>norm_edit_dis</c>: 1 minus the sum of distances over count + 1e-5.</summary>
    public double PpocrNormalizedEditDistance => 1 - (DistanceSum / (Count + Epsilon));

    /// <summary>PP-OCR's <c>acc</c> with its filter: ASCII letters and digits only, case aside.</summary>
    public double PpocrFilteredAccuracy => AlnumHits / (Count + Epsilon);

    private double DistanceSum => _distances.Sum(d => d.Value / (double)d.Key);

    /// <summary>Accuracies, edit distances and the count, PP-OCR's own among them.</summary>
    internal EvaluationSummary Summarize() => new EvaluationSummary()
        .AddCount("count", Count)
        .Add("accuracy", Accuracy)
        .Add("accuracy_alnum", AlnumAccuracy)
        .Add("ned", NormalizedEditSimilarity)
        .Add("cer", CharacterErrorRate)
        .Add("ppocr_acc", PpocrAccuracy)
        .Add("ppocr_acc_filtered", PpocrFilteredAccuracy)
        .Add("ppocr_norm_edit_dis", PpocrNormalizedEditDistance);

    /// <summary>Writes the counts as fields of the current object.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("count", Count);
        json.WriteNumber("hits", Hits);
        json.WriteNumber("alnum_hits", AlnumHits);
        json.WriteNumber("edits", Edits);
        json.WriteNumber("characters", Characters);
        json.WriteStartArray("distances");
        foreach (var (length, sum) in _distances)
        {
            json.WriteStartArray();
            json.WriteNumberValue(length);
            json.WriteNumberValue(sum);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static RecognitionScore ReadState(JsonElement state)
    {
        var score = new RecognitionScore
        {
            Count = state.GetProperty("count").GetInt64(),
            Hits = state.GetProperty("hits").GetInt64(),
            AlnumHits = state.GetProperty("alnum_hits").GetInt64(),
            Edits = state.GetProperty("edits").GetInt64(),
            Characters = state.GetProperty("characters").GetInt64(),
        };
        foreach (var distance in state.GetProperty("distances").EnumerateArray())
        {
            score._distances.Add(distance[0].GetInt32(), distance[1].GetInt64());
        }

        return score;
    }

    /// <summary>Counts one line.</summary>
    /// <returns>Whether it was read exactly, spaces aside.</returns>
    public bool Add(string read, string truth)
    {
        var (a, b) = (TextForms.WithoutSpaces(read), TextForms.WithoutSpaces(truth));
        var hit = string.Equals(a, b, StringComparison.Ordinal);
        Count++;
        Hits += hit ? 1 : 0;
        AlnumHits += TextForms.LettersAndDigits(read) == TextForms.LettersAndDigits(truth) ? 1 : 0;
        Edits += EditDistance.Between(read, truth);
        Characters += EditDistance.Length(truth);
        if (!hit)
        {
            var length = Math.Max(EditDistance.Length(a), EditDistance.Length(b));
            _distances[length] = _distances.GetValueOrDefault(length) + EditDistance.Between(a, b);
        }

        return hit;
    }

    /// <summary>Adds another state.</summary>
    public void Merge(RecognitionScore other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Count += other.Count;
        Hits += other.Hits;
        AlnumHits += other.AlnumHits;
        Edits += other.Edits;
        Characters += other.Characters;
        foreach (var (length, sum) in other._distances)
        {
            _distances[length] = _distances.GetValueOrDefault(length) + sum;
        }
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
