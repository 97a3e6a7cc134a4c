using System.Text.Json;
using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Galleries;

/// <summary>Galleries and their items as JSON.</summary>
internal static class GalleryJson
{
    // Where a gallery was built from files, their paths are of no use to a client and none of its business.
    private const string PathField = "path";

    /// <summary>What a gallery says about itself.</summary>
    public static async Task<Action<Utf8JsonWriter>> InfoAsync(GallerySlot slot, CancellationToken cancellationToken)
    {
        var count = await slot.Index.CountAsync(cancellationToken).ConfigureAwait(false);
        var version = await slot.VersionAsync(cancellationToken).ConfigureAwait(false);
        return json =>
        {
            json.WriteString("name", slot.Name);
            json.WriteNumber("items", count);
            json.WriteString("version", version);
            json.WriteNumber("dimensions", slot.Index.Dimensions);
            json.WriteString("metric", Name(slot.Index.Metric));
            json.WriteString("model", slot.Index.Model.Name);
            json.WriteString("storage", slot.File is null ? "postgresql" : "file");
            json.WriteBoolean("read_only", slot.IsReadOnly);
            if (slot.File is { } file)
            {
                json.WriteString("index", file.Header.Index switch
                {
                    Retrieval.Galleries.GalleryIndexKind.FlatInt8 => "flat-int8",
                    Retrieval.Galleries.GalleryIndexKind.Hnsw => "hnsw",
                    _ => "flat",
                });
                json.WriteNumber("bytes", file.FileBytes);
            }
        };
    }

    /// <summary>Writes the properties of an item into the current object.</summary>
    public static void WriteItem(Utf8JsonWriter json, GalleryItem item, bool vector = false)
    {
        json.WriteNumber("id", item.Id);
        json.WriteString("label", item.Label);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in item.Metadata.Where(m => m.Key != PathField).OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            switch (value.Kind)
            {
                case MetadataKind.Number: json.WriteNumber(name, value.AsNumber!.Value); break;
                case MetadataKind.Text: json.WriteString(name, value.AsText); break;
                default: json.WriteBoolean(name, value.AsFlag!.Value); break;
            }
        }

        json.WriteEndObject();
        if (vector)
        {
            json.WriteFloats("vector", item.Vector.Span);
        }
    }

    /// <summary>Reads a line of an export.</summary>
    /// <exception cref="RequestException">It is not an item.</exception>
    public static GalleryItem ReadItem(ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var metadata = root.TryGetProperty("metadata", out var m) ? ItemMetadata.FromJson(System.Text.Encoding.UTF8.GetBytes(m.GetRawText())) : ItemMetadata.None;
            return new GalleryItem(
                root.GetProperty("id").GetInt64(),
                root.GetProperty("label").GetString() ?? throw new FormatException(),
                root.GetProperty("vector").EnumerateArray().Select(v => v.GetSingle()).ToArray(),
                metadata);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or DataFormatException or ArgumentException)
        {
            throw RequestException.Body($"Line {number}: expected {{\"id\", \"label\", \"metadata\", \"vector\"}}, found something else.", e);
        }
    }

    private static string Name(Retrieval.Indexes.VectorMetric metric) => metric switch
    {
        Retrieval.Indexes.VectorMetric.InnerProduct => "inner-product",
        Retrieval.Indexes.VectorMetric.L2 => "l2",
        _ => "cosine",
    };
}
