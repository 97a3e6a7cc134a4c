using System.Text.Json;

namespace PPLCNet.Vision.Json;

/// <summary>Numbers as the suite writes them into JSON.</summary>
internal static class JsonWriterExtensions
{
    /// <summary>Writes a number, or null where it is not finite, because JSON has no NaN.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="value">Its value, in full double precision.</param>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Writes coordinates or a vector as an array, each value in the shortest form that reads back the same.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="values">Finite values.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static void WriteFloats(this Utf8JsonWriter json, string name, params ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
