using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>Finds objects with a loaded detector.</summary>
internal sealed class DetectJob(IObjectDetector detector, CocoCollector? coco, LabelFiles files, float shown) : ImageJob<Detections>
{
    /// <inheritdoc/>
    public override ImageResult<Detections> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        return ImageResult.Of(detector.Detect(image, null, cancellationToken));
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, Detections value)
    {
        WriteDetections(json, value);
    }

    /// <summary>Writes the property <c>detections</c>.</summary>
    public static void WriteDetections(Utf8JsonWriter json, Detections value)
    {
        json.WriteStartArray("detections");
        foreach (var o in value)
        {
            json.WriteStartObject();
            json.WriteString("class", o.Class);
            json.WriteNumber("class_id", o.ClassId);
            json.WriteNumber("score", o.Score);
            json.WriteFloats("box", o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<Detections> answer)
    {
        var seen = answer.Value.AboveScore(shown);
        var rest = answer.Value.Count - seen.Count;
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}  {seen.Count} object{(seen.Count == 1 ? "" : "s")}"
            + (rest > 0 ? $" ({rest} more at or below {shown:0.##}; see --score)" : ""));
        var width = seen.Count == 0 ? 0 : seen.Max(o => o.Class.Length);
        foreach (var o in seen)
        {
            Terminal.Line($"  {o.Class.PadRight(width)}  {o.Score:0.000}  ({o.Box.X0:0.0}, {o.Box.Y0:0.0}) - ({o.Box.X1:0.0}, {o.Box.Y1:0.0})");
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, Detections value) => value.AboveScore(shown).Draw(image);

    /// <inheritdoc/>
    public override void Save(InputItem input, PixelBuffer image, Detections value)
    {
        coco?.Check(input);
        files.Write(input, image, value);
    }

    /// <inheritdoc/>
    public override void Accept(ImageAnswer<Detections> answer) =>
        coco?.Add(answer.Input.Path, answer.Input.Name, answer.Width, answer.Height, answer.Value);

    /// <inheritdoc/>
    public override void Restore(JsonElement answer)
    {
        var objects = answer.GetProperty("detections").EnumerateArray().ToList();
        var detections = new Detections(
            [.. objects.Select(o => ReadBox(o.GetProperty("box")))],
            [.. objects.Select(o => o.GetProperty("score").GetSingle())],
            [.. objects.Select(o => o.GetProperty("class_id").GetInt32())],
            detector.Labels);
        coco?.Add(
            answer.GetProperty("file").GetString()!, null, answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32(), detections);
    }

    /// <inheritdoc/>
    public override void Complete() => coco?.Write();

    /// <inheritdoc/>
    public override void Dispose() => detector.Dispose();

    private static Box ReadBox(JsonElement box) => new(box[0].GetSingle(), box[1].GetSingle(), box[2].GetSingle(), box[3].GetSingle());
}
