using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

/// <summary>
/// Random small data sets with everything that is awkward: ties, crowds, empty boxes, sparse ids, many detections.
/// </summary>
internal static class CocoDataBuilder
{
    /// <summary>
    /// Makes a data set; a federated one knows of each image that some categories are absent or not exhaustive.
    /// </summary>
    public static (CocoGroundTruth Truth, CocoResults Results) Random(
        int seed, int images = 12, int categories = 4, int detections = 160, bool federated = false)
    {
        var random = new Random(seed);
        var builder = new CocoGroundTruthBuilder();
        var labels = new Random(seed + 1000);
        long[] Some() => [.. Enumerable.Range(0, categories).Where(_ => labels.Next(4) == 0).Select(k => (k * 3L) + 1)];
        long[] imageIds = [.. Enumerable.Range(0, images).Select(i => (i * 7L) + 3)];
        foreach (var id in imageIds.Reverse())
        {
            builder.AddImage(id, 200, 160, "", federated ? new FederatedLabels(Some(), Some()) : null);
        }

        for (var k = 0; k < categories; k++)
        {
            builder.AddCategory((k * 3) + 1, $"c{k}", federated ? (CategoryFrequency)(1 + (k % 3)) : CategoryFrequency.Unknown);
        }

        var truths = new List<(long Image, long Category, CocoBox Box)>();
        for (var n = 0; n < images * 5; n++)
        {
            var truth = (imageIds[random.Next(images)], (random.Next(categories) * 3L) + 1, Box(random));
            truths.Add(truth);
            builder.AddAnnotation(n + 1, truth.Item1, truth.Item2, truth.Item3, isCrowd: random.Next(10) == 0);
        }

        var results = new CocoResults();
        for (var n = 0; n < detections; n++)
        {
            var (image, category, box) = truths[random.Next(truths.Count)];
            var near = random.Next(2) == 0;
            var moved = box with { X = box.X + random.Next(-4, 5), Width = box.Width + random.Next(-4, 5) };
            results.Add(near ? image : imageIds[random.Next(images)], category, near ? moved : Box(random), random.Next(12) / 12.0);
        }

        return (builder.Build(), results);
    }

    /// <summary>The state after a way through its JSON, as shards of other processes come.</summary>
    public static CocoMatches Reread(CocoMatches matches)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            CocoMatchesState.Write(json, matches);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return CocoMatchesState.Read(document.RootElement);
    }

    private static CocoBox Box(Random random) => new(
        random.Next(100), random.Next(80), random.Next(20) == 0 ? 0 : random.Next(5, 100), random.Next(5, 80));
}
