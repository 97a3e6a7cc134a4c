using System.Text.Encodings.Web;
using System.Text.Json;

namespace PPLCNet.Vision.Json;

/// <summary>How the suite writes JSON for programs and people.</summary>
internal static class JsonOutput
{
    /// <summary>Options of every writer of answers: text stays readable, only what JSON itself forbids is escaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A JSON object in memory.</summary>
    /// <param name="writeFields">Writes its properties.</param>
    public static JsonElement Object(Action<Utf8JsonWriter> writeFields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeFields(json);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }
}
