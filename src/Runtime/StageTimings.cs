using System.Diagnostics;
using System.Text.Json;

namespace PPLCNet.Vision.Runtime;

/// <summary>Where the time of one image went, in milliseconds.</summary>
/// <param name="Decode">Reading and decoding the file; 0 when the caller brought pixels.</param>
/// <param name="Preprocess">Pixels to tensors.</param>
/// <param name="Run">Inside ONNX Runtime.</param>
/// <param name="Postprocess">Tensors to results.</param>
public readonly record struct StageTimings(double Decode, double Preprocess, double Run, double Postprocess)
{
    /// <summary>Sum of the stages.</summary>
    public double Total => Decode + Preprocess + Run + Postprocess;

    /// <summary>
    /// Stages from the timestamps (<see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>) at which each began; 0 for a
    /// stage that did not run.
    /// </summary>
    internal static StageTimings Between(long start, long prepared, long ran, long read) => new(
        0,
        Stopwatch.GetElapsedTime(start, prepared).TotalMilliseconds,
        Stopwatch.GetElapsedTime(prepared, ran).TotalMilliseconds,
        read == 0 ? 0 : Stopwatch.GetElapsedTime(ran, read).TotalMilliseconds);

    /// <summary>Adds two images' or two models' stages.</summary>
    public static StageTimings operator +(StageTimings a, StageTimings b) => a.Add(b);

    /// <summary>The share of one of <paramref name="count"/> images.</summary>
    public StageTimings Divide(int count) => new(Decode / count, Preprocess / count, Run / count, Postprocess / count);

    /// <summary>Writes the property <c>ms</c> into the current object, in thousandths of a millisecond.</summary>
    internal void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("ms");
        json.WriteNumber("decode", Math.Round(Decode, 3));
        json.WriteNumber("preprocess", Math.Round(Preprocess, 3));
        json.WriteNumber("run", Math.Round(Run, 3));
        json.WriteNumber("postprocess", Math.Round(Postprocess, 3));
        json.WriteNumber("total", Math.Round(Total, 3));
        json.WriteEndObject();
    }

    /// <summary>Adds another image's or model's stages.</summary>
    public StageTimings Add(StageTimings other) =>
        new(Decode + other.Decode, Preprocess + other.Preprocess, Run + other.Run, Postprocess + other.Postprocess);
}
