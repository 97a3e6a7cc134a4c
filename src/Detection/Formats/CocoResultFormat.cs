using System.Text.Encodings.Web;
using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Reading;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Formats;

/// <summary>COCO result files: <c>[{"image_id", "category_id", "bbox": [x, y, width, height], "score"}]</c>.</summary>
internal static class CocoResultFormat
{
    /// <summary>Writes the results of many images.</summary>
    /// <param name="stream">Receives UTF-8 JSON.</param>
    /// <param name="results">Image id and results of each image.</param>
    /// <param name="categoryIds">Category id of each class; empty where class i is category i + 1.</param>
    /// <exception cref="ArgumentException">A class has no category id.</exception>
    public static void Write(Stream stream, IEnumerable<(long ImageId, Detections Detections)> results, IReadOnlyList<int> categoryIds)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(categoryIds);
        Write(stream, results.Select(r => (new CocoImage(r.ImageId, 0, 0, ""), r.Detections)), [.. categoryIds.Select(id => new CocoCategory(id, ""))]);
    }

    /// <summary>Writes the results of many images with the ids of a truth, which may be text.</summary>
    /// <param name="stream">Receives UTF-8 JSON.</param>
    /// <param name="results">Image and results of each image.</param>
    /// <param name="categories">Category of each class; objects of a class without one are left out. Empty where class i is
    /// category i + 1.</param>
    /// <exception cref="ArgumentException">A class is beyond the categories.</exception>
    public static void Write(
        Stream stream, IEnumerable<(CocoImage Image, Detections Detections)> results, IReadOnlyList<CocoCategory?> categories)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(categories);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        foreach (var (image, detections) in results)
        {
            for (var i = 0; i < detections.Count; i++)
            {
                if (Category(detections.ClassIds[i], categories) is not { } category)
                {
                    continue;
                }

                var box = detections.Boxes[i];
                json.WriteStartObject();
                WriteId(json, "image_id", image.Id, image.Foreign);
                WriteId(json, "category_id", category.Id, category.Foreign);
                json.WriteStartArray("bbox");
                json.WriteNumberValue(box.X0);
                json.WriteNumberValue(box.Y0);
                json.WriteNumberValue(box.Width);
                json.WriteNumberValue(box.Height);
                json.WriteEndArray();
                json.WriteNumber("score", detections.Scores[i]);
                json.WriteEndObject();
            }

            json.Flush();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads a result file.</summary>
    /// <param name="utf8">UTF-8 JSON.</param>
    /// <param name="categoryIds">Category id of each class; empty where class i is category i + 1.</param>
    /// <param name="labels">Class names; may be empty.</param>
    /// <returns>The results of each image that has any, in the order of the file.</returns>
    /// <exception cref="DataFormatException">The text is not JSON of this form, or a category is not listed.</exception>
    public static IReadOnlyDictionary<long, Detections> Read(ReadOnlyMemory<byte> utf8, IReadOnlyList<int> categoryIds, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(categoryIds);
        var classes = categoryIds.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i);
        var byImage = new Dictionary<long, List<(Box Box, float Score, int Class)>>();
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var index = 0;
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                var category = entry.GetProperty("category_id").GetInt32();
                var classId = categoryIds.Count == 0 ? category - 1
                    : classes.TryGetValue(category, out var found) ? found
                    : throw new DataFormatException($"Result {index}: expected one of {categoryIds.Count} known categories, found {category}.");
                var box = entry.GetProperty("bbox");
                var (x, y) = (box[0].GetSingle(), box[1].GetSingle());
                var imageId = entry.GetProperty("image_id").GetInt64();
                if (!byImage.TryGetValue(imageId, out var list))
                {
                    byImage.Add(imageId, list = []);
                }

                list.Add((new Box(x, y, x + box[2].GetSingle(), y + box[3].GetSingle()), entry.GetProperty("score").GetSingle(), classId));
                index++;
            }

            return byImage.ToDictionary(p => p.Key, p => new Detections(
                [.. p.Value.Select(o => o.Box)], [.. p.Value.Select(o => o.Score)], [.. p.Value.Select(o => o.Class)], labels));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            throw new DataFormatException($"Expected a COCO result array of image_id, category_id, bbox and score; {e.Message}", e);
        }
    }

    private static CocoCategory? Category(int classId, IReadOnlyList<CocoCategory?> categories) =>
        categories.Count == 0 ? new CocoCategory(classId + 1, "")
        : classId < categories.Count ? categories[classId]
        : throw new ArgumentException($"Expected a category id for each class, found {categories.Count} for class {classId}.", nameof(categories));

    private static void WriteId(Utf8JsonWriter json, string name, long id, ForeignId? foreign)
    {
        if (foreign is not { } other)
        {
            json.WriteNumber(name, id);
        }
        else if (other.IsNumber)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(other.Text);
        }
        else
        {
            json.WriteString(name, other.Text);
        }
    }
}
