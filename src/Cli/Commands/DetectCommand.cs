using PPLCNet.Vision.Cli.Commands.Detect;
using PPLCNet.Vision.Detection;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet detect INPUT...</c>: everyday objects, or the regions of a page, with classes, scores and boxes.</summary>
internal static class DetectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("detect", "Find everyday objects in images, or with --page the regions of a document page.");
        var flags = new DetectFlags(command);
        var page = command.Switch("--page", $"Find the regions of a document page: --model {Detector.LayoutModel}.");
        var files = new DetectFiles(command);
        command.Refuse(
            r => r.GetValue(page) && r.GetResult("--model") is OptionResult { Implicit: false },
            $"--page stands for --model {Detector.LayoutModel}; specify one of the two.");
        return command.OverImages(Detector.DefaultModel, (parse, run) =>
        {
            var ids = files.ReadIds(parse);
            var detector = flags.Load(parse, parse.GetValue(page) ? Detector.LayoutModel : run.Model, run.Runtime);
            var coco = files.Collector(parse, ids, detector);
            var shown = flags.Shown(parse);
            return new ImageJob<Detections>(detector)
            {
                Run = (image, token) => detector.Detect(image, null, token),
                WriteJson = (json, value) => json.WriteDetections(value),
                WriteText = answer => WriteText(answer, shown),
                Draw = (image, value) => value.AboveScore(shown).Draw(image),
                Save = (input, image, value) =>
                {
                    files.CheckId(parse, ids, input);
                    files.WriteLabels(parse, input, image, value);
                },
                Accept = answer => coco?.Add(answer.Input.Path, answer.Input.Name, answer.Width, answer.Height, answer.Value),
                Restore = answer => coco?.Add(
                    answer.GetProperty("file").GetString()!,
                    null,
                    answer.GetProperty("width").GetInt32(),
                    answer.GetProperty("height").GetInt32(),
                    DetectionsJson.ReadDetections(answer, detector.Labels)),
                Complete = coco is null ? null : () => files.WriteCoco(parse, coco),
            };
        });
    }

    private static void WriteText(ImageAnswer<Detections> answer, float shown)
    {
        var seen = answer.Value.AboveScore(shown);
        var rest = answer.Value.Count - seen.Count;
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}  {seen.Count} object{(seen.Count == 1 ? "" : "s")}"
            + (rest > 0 ? $" ({rest} more at or below {shown:0.##}; see --score)" : ""));
        var width = seen.Count == 0 ? 0 : seen.Max(o => o.Class.Length);
        Terminal.Lines(seen.Select(o => $"  {o.Class.PadRight(width)}  {o.Score:0.000}  {Terminal.Place(o.Box)}"));
    }
}
