using System.Text.Json;

namespace PPLCNet.Vision.Bench.Detection;

/// <summary>
/// Seeded data of COCO's size: images of 640x480, 80 categories of falling frequency, truths with 1 % crowds, and as many
/// detections per image: two fifths near a truth, the rest anywhere. The same seed writes the same bytes.
/// </summary>
internal sealed class CocoSyntheticData(int seed, int images, int truths, int detections)
{
    private const int Categories = 80;
    private const int Width = 640;
    private const int Height = 480;

    private readonly Random _random = new(seed);
    private readonly List<Truth>[] _truths = [.. Enumerable.Range(0, images).Select(_ => new List<Truth>())];

    /// <summary>Writes the truth file, then the results file.</summary>
    public void Write(string truthPath, string resultsPath)
    {
        using (var file = File.Create(truthPath))
        using (var json = new Utf8JsonWriter(file))
        {
            WriteTruth(json);
        }

        using (var file = File.Create(resultsPath))
        using (var json = new Utf8JsonWriter(file))
        {
            WriteResults(json);
        }
    }

    private void WriteTruth(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("images");
        for (var i = 0; i < images; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", ImageId(i));
            json.WriteNumber("width", Width);
            json.WriteNumber("height", Height);
            json.WriteString("file_name", $"{ImageId(i):000000000000}.jpg");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("categories");
        for (var k = 0; k < Categories; k++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", k + 1);
            json.WriteString("name", $"category {k + 1}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("annotations");
        for (var n = 0; n < truths; n++)
        {
            var image = _random.Next(images);
            var truth = new Truth(Category(), Box());
            _truths[image].Add(truth);
            json.WriteStartObject();
            json.WriteNumber("id", n + 1);
            json.WriteNumber("image_id", ImageId(image));
            json.WriteNumber("category_id", truth.Category + 1);
            WriteBox(json, truth.Box);
            json.WriteNumber("area", Round(truth.Box[2] * truth.Box[3] * (0.5 + (0.5 * _random.NextDouble()))));
            json.WriteNumber("iscrowd", _random.Next(100) == 0 ? 1 : 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteResults(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (var n = 0; n < detections; n++)
        {
            var image = (int)((long)n * images / detections);
            var near = _truths[image].Count > 0 && _random.Next(5) < 2 ? _truths[image][_random.Next(_truths[image].Count)] : null;
            json.WriteStartObject();
            json.WriteNumber("image_id", ImageId(image));
            json.WriteNumber("category_id", (near is not null && _random.Next(8) > 0 ? near.Category : Category()) + 1);
            WriteBox(json, near is null ? Box() : Jitter(near.Box));
            json.WriteNumber("score", Math.Round(_random.NextDouble() * (near is null ? 0.6 : 1), 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static int ImageId(int image) => (image * 97) + 139;

    private int Category() => (int)(Categories * Math.Pow(_random.NextDouble(), 2.5));

    private double[] Box()
    {
        var (w, h) = (8 + (Width * 0.5 * Math.Pow(_random.NextDouble(), 2)), 8 + (Height * 0.5 * Math.Pow(_random.NextDouble(), 2)));
        return [Round(_random.NextDouble() * (Width - w)), Round(_random.NextDouble() * (Height - h)), Round(w), Round(h)];
    }

    private double[] Jitter(double[] box)
    {
        double Move(double size) => size * 0.2 * (_random.NextDouble() - 0.5);
        return
        [
            Round(box[0] + Move(box[2])), Round(box[1] + Move(box[3])), Round(box[2] + Move(box[2])), Round(box[3] + Move(box[3])),
        ];
    }

    private static double Round(double value) => Math.Round(value, 2);

    private static void WriteBox(Utf8JsonWriter json, double[] box)
    {
        json.WriteStartArray("bbox");
        foreach (var number in box)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private sealed record Truth(int Category, double[] Box);
}
