using System.Text.Json;

namespace PPLCNet.Vision.Tests.Evaluation;

/// <summary>States of evaluations, written and read back.</summary>
internal static class States
{
    public static JsonElement RoundTrip(Action<Utf8JsonWriter> writeFields)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            writeFields(json);
            json.WriteEndObject();
        }

        return JsonDocument.Parse(stream.ToArray()).RootElement.Clone();
    }
}
