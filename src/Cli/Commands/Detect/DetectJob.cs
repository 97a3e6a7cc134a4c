using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
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
    public override void WriteJson(Utf8JsonWriter json, Detections value) => json.WriteDetections(value);

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
    public override void Restore(JsonElement answer) => coco?.Add(
        answer.GetProperty("file").GetString()!, null, answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32(),
        DetectionsJson.ReadDetections(answer, detector.Labels));

    /// <inheritdoc/>
    public override bool HasProduct => coco is not null;

    /// <inheritdoc/>
    public override void Complete() => coco?.Write();

    /// <inheritdoc/>
    public override void Dispose() => detector.Dispose();
}
