using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Runtime.Attributes;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet attributes INPUT...</c>: persons or vehicles, each with its attributes.</summary>
internal static class AttributesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("attributes", "Find persons or vehicles and tell the attributes of each.");
        var task = command.Text("--task", "What to look for: person or vehicle.", "TASK").OneOf("person", "vehicle");
        var detector = command.Text("--detector", $"Detector that finds them; {Detector.DefaultModel} unless said.", "NAME|PATH");
        var whole = command.Switch("--whole", "Every image is one person, vehicle or table: use no detector.").Excludes("--detector");
        var score = command.Flag<float>("--score", "Only detections above this score.", "0..1")
            .Default(AttributeAnalysisOptions.Default.Score).Must(s => s is >= 0 and <= 1, "must lie between 0 and 1");
        var threshold = command.Flag<float?>(
            "--threshold", "Probability above which an attribute is there; the default is the model's.", "0..1")
            .Must(t => t is null or (>= 0 and <= 1), "must lie between 0 and 1");
        return command.OverImages(
            "",
            (parse, run) =>
            {
                var analyzer = AttributeAnalyzer.Load(
                    NameOf(run.Model, parse.GetValue(task)), DetectorOf(parse), new ModelOptions { Runtime = run.Runtime });
                if (parse.GetValue(task) is { } wanted && wanted != analyzer.Subject)
                {
                    var subject = analyzer.Subject;
                    analyzer.Dispose();
                    throw CliException.Usage($"--task {wanted} does not fit '{run.Model}', which tells the attributes of a {subject}.");
                }

                var options = new AttributeAnalysisOptions
                {
                    Score = parse.GetValue(score),
                    Attributes = new AttributeOptions { Threshold = parse.GetValue(threshold) },
                };
                return new ImageJob<AttributeAnalysis>(analyzer)
                {
                    Run = (image, token) => analyzer.Analyze(image, options, token),
                    WriteJson = (json, value) => json.WriteAttributeAnalysis(value, analyzer.Subject),
                    WriteText = answer => WriteText(answer, analyzer.Subject),
                    Draw = Draw,
                };
            },
            models: (parse, model) => [NameOf(model, parse.GetValue(task)), DetectorOf(parse) ?? ""]);

        string? DetectorOf(ParseResult parse) => parse.GetValue(whole) ? null : parse.GetValue(detector) ?? Detector.DefaultModel;
    }

    private static string NameOf(string model, string? task) =>
        model.Length > 0 ? model : task == "vehicle" ? AttributeRecognizer.VehicleModel : AttributeRecognizer.DefaultModel;

    private static void WriteText(ImageAnswer<AttributeAnalysis> answer, string subject)
    {
        var count = answer.Value.Objects.Count;
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}  {count} {subject}{(count == 1 ? "" : "s")}");
        foreach (var (found, attributes) in answer.Value.Objects)
        {
            Terminal.Line($"  {found.Score:0.000}  {Terminal.Place(found.Box)}");
            Terminal.Line($"    {string.Join(", ", attributes.Select(a => $"{a.Name} {a.Score:0.00}"))}");
        }
    }

    private static PixelBuffer Draw(PixelBuffer image, AttributeAnalysis value)
    {
        var objects = value.Objects;
        return new Detections(
            [.. objects.Select(o => o.Object.Box)],
            [.. objects.Select(o => o.Object.Score)],
            [.. objects.Select((_, i) => i)],
            [.. objects.Select(o => string.Join(", ", o.Attributes.Take(3).Select(a => a.Name)))]).Draw(image);
    }
}
