using System.Text.Encodings.Web;
using System.Text.Json;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>
/// Writes the items of a gallery in forms of other tools; for PP-ShiTu see <see cref="Shitu.ShituGallery.WriteAsync"/>.
/// </summary>
internal static class GalleryExport
{
    private static readonly JsonWriterOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes a matrix [N, D] of NumPy, and beside it a text file with path and label of each row; items without a path have
    /// their id.
    /// </summary>
    /// <param name="gallery">The gallery.</param>
    /// <param name="path">The matrix, <c>.npy</c>; the text file has the same name ending in <c>.txt</c>.</param>
    public static void WriteMatrix(Gallery gallery, string path)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        using var matrix = new LabeledMatrixWriter(path, gallery.Dimensions);
        foreach (var item in gallery.Items())
        {
            var name = item.Metadata.TryGetValue(ItemPaths.Field, out var file) ? file.ToString() : $"{item.Id}";
            matrix.Add(name, item.Vector.Span, item.Label);
        }

        matrix.Complete();
    }

    /// <summary>Writes a JSON object a line: <c>{"id", "label", "metadata", "vector"}</c>.</summary>
    /// <param name="gallery">The gallery.</param>
    /// <param name="stream">Receives UTF-8; it stays open.</param>
    public static void WriteLines(Gallery gallery, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(stream);
        using var json = new Utf8JsonWriter(stream, _readable);
        foreach (var item in gallery.Items())
        {
            json.WriteStartObject();
            json.WriteNumber("id", item.Id);
            json.WriteString("label", item.Label);
            json.WritePropertyName("metadata");
            json.WriteRawValue(item.Metadata.Count == 0 ? "{}"u8 : ItemMetadata.ToJson(item.Metadata));
            json.WriteFloats("vector", item.Vector.Span);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.Write("\n"u8);
        }
    }
}
