using System.Globalization;
using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>One threshold for all classes, or one a class, as PaddleX takes them.</summary>
/// <param name="All">The threshold of classes that have none of their own.</param>
/// <param name="OfClass">Thresholds by class id.</param>
internal sealed record Thresholds(float All, IReadOnlyDictionary<int, float> OfClass)
{
    /// <summary>The lowest of them, at which to detect.</summary>
    public float Least => OfClass.Count == 0 ? All : Math.Min(All, OfClass.Values.Min());

    /// <summary>Reads a field: a number, or an object of class ids and numbers.</summary>
    /// <exception cref="RequestException">It is neither.</exception>
    public static Thresholds Read(PaddleCall call, string field, float fallback)
    {
        if (call.Body.Value(field) is not { ValueKind: JsonValueKind.Object } value)
        {
            return new Thresholds(call.Fraction(field) ?? fallback, new Dictionary<int, float>());
        }

        return new Thresholds(fallback, value.EnumerateObject().ToDictionary(
            p => int.TryParse(p.Name, CultureInfo.InvariantCulture, out var id) ? id : throw JsonBody.Wrong(field, "class ids as keys"),
            p => JsonBody.Number(p.Value) is >= 0 and <= 1 and var score ? (float)score : throw JsonBody.Wrong(field, "numbers from 0 to 1")));
    }

    /// <summary>The objects above the threshold of their class.</summary>
    public Detections Apply(Detections found) => OfClass.Count == 0 ? found : found.Where(o => o.Score > OfClass.GetValueOrDefault(o.ClassId, All));
}
