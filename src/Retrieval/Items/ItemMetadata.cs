using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>Metadata as a flat JSON object of strings, numbers and booleans: how files and databases hold it.</summary>
internal static class ItemMetadata
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>No metadata.</summary>
    public static IReadOnlyDictionary<string, MetadataValue> None { get; } = new Dictionary<string, MetadataValue>();

    /// <summary>UTF-8 JSON, keys in ordinal order; empty for no metadata.</summary>
    public static byte[] ToJson(IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        if (metadata.Count == 0)
        {
            return [];
        }

        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            foreach (var (key, value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                switch (value.Kind)
                {
                    case MetadataKind.Text: json.WriteString(key, value.AsText); break;
                    case MetadataKind.Number: json.WriteNumber(key, value.AsNumber!.Value); break;
                    default: json.WriteBoolean(key, value.AsFlag!.Value); break;
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToJson"/> writes; nothing at all is no metadata, nulls are left out.</summary>
    /// <exception cref="DataFormatException">The text is not a flat JSON object.</exception>
    public static IReadOnlyDictionary<string, MetadataValue> FromJson(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return None;
        }

        try
        {
            var json = new Utf8JsonReader(utf8);
            return Read(ref json);
        }
        catch (JsonException e)
        {
            throw new DataFormatException($"metadata: expected a JSON object, found text that is not JSON ({e.Message})", e);
        }
    }

    private static IReadOnlyDictionary<string, MetadataValue> Read(ref Utf8JsonReader json)
    {
        var metadata = new Dictionary<string, MetadataValue>(StringComparer.Ordinal);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new DataFormatException("metadata: expected a JSON object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.String: metadata[key] = json.GetString()!; break;
                case JsonTokenType.Number: metadata[key] = json.GetDouble(); break;
                case JsonTokenType.True: metadata[key] = true; break;
                case JsonTokenType.False: metadata[key] = false; break;
                case JsonTokenType.Null: break;
                default: throw new DataFormatException($"metadata '{key}': expected text, a number or a flag, found {json.TokenType}");
            }
        }

        return metadata.Count == 0 ? None : metadata;
    }
}
