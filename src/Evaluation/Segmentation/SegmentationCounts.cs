using System.Text.Json;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>What a segmentation evaluation counted, and by which rules it is scored. Not thread-safe.</summary>
/// <param name="Matrix">The counts.</param>
/// <param name="IgnoredClass">
/// A class whose true pixels do not count; null where the ignored id lies beyond the classes, or there is none.
/// </param>
/// <param name="Absent">What a class counts as that occurs nowhere.</param>
/// <param name="Names">Names of the classes; may be empty.</param>
internal sealed record SegmentationCounts(
    ConfusionMatrix Matrix, int? IgnoredClass, AbsentClass Absent, IReadOnlyList<string> Names)
{
    /// <summary>Empty counts.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="ignore">The ignored id as asked for: a class or an id beyond them; null where nobody asked.</param>
    /// <param name="otherwise">The id to ignore then, where it is no class.</param>
    /// <param name="absent">What a class counts as that occurs nowhere.</param>
    /// <param name="names">Names of the classes.</param>
    public static SegmentationCounts Create(
        int classes, int? ignore, int otherwise, AbsentClass absent, IReadOnlyList<string> names)
    {
        if (ignore < classes)
        {
            return new(new ConfusionMatrix(classes, otherwise >= classes ? otherwise : null), ignore, absent, names);
        }

        return new(new ConfusionMatrix(classes, ignore ?? (otherwise >= classes ? otherwise : null)), null, absent, names);
    }

    /// <summary>Counts one pair by itself; <see cref="ConfusionMatrix.Merge"/> adds it to the whole. Thread-safe.</summary>
    /// <param name="pair">The files, for messages.</param>
    /// <param name="truth">The ground truth.</param>
    /// <param name="predicted">What was predicted.</param>
    /// <exception cref="DataFormatException">The sizes differ, or an id is no class.</exception>
    internal ConfusionMatrix Count(LabelPair pair, LabelMap truth, LabelMap predicted)
    {
        LabelPair.CheckSize(truth, predicted, pair.Truth, pair.Other);
        var part = new ConfusionMatrix(Matrix.Classes, Matrix.Ignore);
        try
        {
            part.Add(truth.Ids, predicted.Ids);
            return part;
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException($"'{pair.Truth}' and '{pair.Other}': {e.Message}", e);
        }
    }

    /// <summary>The name of a class; its number where it has none.</summary>
    public string NameOf(int id) => id < Names.Count ? Names[id] : $"{id}";

    /// <summary>The figures: measures over all classes, over those that occur, and the IoU of each class.</summary>
    internal EvaluationSummary Summarize()
    {
        var scores = Score(Absent);
        var present = Score(AbsentClass.Skipped);
        var summary = new EvaluationSummary()
            .Add("miou", scores.MeanIou)
            .Add("accuracy", scores.Accuracy)
            .Add("kappa", scores.Kappa)
            .Add("dice", scores.MeanDice)
            .AddCount("pixels", scores.Pixels)
            .AddCount("ignored", scores.IgnoredPixels)
            .Add("miou_present", present.MeanIou)
            .Add("dice_present", present.MeanDice);
        for (var id = 0; id < Matrix.Classes; id++)
        {
            summary.Add($"iou.{NameOf(id)}", scores.ClassIou[id]);
        }

        return summary;
    }

    /// <summary>The measures.</summary>
    public SegmentationScores Score(AbsentClass absent) => SegmentationScores.Of(Matrix, absent, IgnoredClass);

    /// <summary>Writes the fields of the state.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("classes", Matrix.Classes);
        WriteId(json, "ignore", Matrix.Ignore);
        WriteId(json, "ignored_class", IgnoredClass);
        json.WriteString("absent", AbsentClassNames.NameOf(Absent));
        json.WriteStartArray("names");
        foreach (var name in Names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        ConfusionState.Write(json, Matrix);
    }

    /// <summary>The sum of states, which must have been counted by the same rules.</summary>
    /// <exception cref="DataFormatException">One is no state of this kind, or the rules differ.</exception>
    public static SegmentationCounts Merge(IReadOnlyList<JsonElement> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var whole = Read(states[0]);
        foreach (var state in states.Skip(1))
        {
            var part = Read(state);
            if (part.Rules != whole.Rules)
            {
                throw new DataFormatException(
                    $"expected states of eval segmentation with {whole.Rules}, found one with {part.Rules}.");
            }

            whole.Matrix.Merge(part.Matrix);
        }

        return whole;
    }

    private string Rules =>
        $"{Matrix.Classes} classes, ignored id {Matrix.Ignore?.ToString() ?? "none"}, "
        + $"ignored class {IgnoredClass?.ToString() ?? "none"}, absent classes {AbsentClassNames.NameOf(Absent)}";

    private static SegmentationCounts Read(JsonElement state)
    {
        try
        {
            var matrix = new ConfusionMatrix(state.GetProperty("classes").GetInt32(), ReadId(state.GetProperty("ignore")));
            ConfusionState.Read(state, matrix);
            string[] names =
                [.. state.GetProperty("names").EnumerateArray()
                    .Select(n => n.GetString() ?? throw new FormatException("a name is null."))];
            // States of earlier versions have neither field.
            var ignoredClass = state.TryGetProperty("ignored_class", out var id) ? ReadId(id) : null;
            var absent = state.TryGetProperty("absent", out var rule)
                ? AbsentClassNames.Parse(rule.GetString())
                : AbsentClass.AsPaddleSeg;
            return ignoredClass < 0 || ignoredClass >= matrix.Classes || absent is null
                ? throw new FormatException("its ignored class or its rule for absent classes is unknown.")
                : new SegmentationCounts(matrix, ignoredClass, absent.Value, names);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new DataFormatException($"expected a state of eval segmentation; {e.Message}", e);
        }
    }

    private static int? ReadId(JsonElement id) => id.ValueKind == JsonValueKind.Null ? null : id.GetInt32();

    private static void WriteId(Utf8JsonWriter json, string name, int? id)
    {
        if (id is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
