using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Cli.Commands.Index;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet analyse</c>: what every head of one network says, in one pass.</summary>
internal static class AnalyseCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("analyse", "Answer with every head of one network in one pass: classes, objects, mask, neighbours.");
        var top = command.Flag<int>("--top", "How many classes to tell.", "K").Default(5).Must(k => k >= 1, "must be at least 1");
        var k =
            command.Flag<int>("--k", "How many nearest items to tell.", "K").Default(5).Must(k => k >= 1, "must be at least 1");
        var score = command.Flag<float>("--score", "Only objects above this score.", "0..1").Default(0.4f)
            .Must(s => s is >= 0 and <= 1, "must lie between 0 and 1");
        var index = command.Text("--index", "A gallery made by the same network: tells the nearest items.", "PATH").Alias("-i");
        var embedding = command.Switch("--embedding", "Add the vector to the JSON.");
        return command.OverImages("pplcnet-x1.0-heads", (parse, run) =>
        {
            var options = new AnalysisOptions
            {
                Classification = new ClassificationOptions { Top = parse.GetValue(top) },
                Detection = new DetectionOptions { ScoreThreshold = parse.GetValue(score) },
                Neighbors = parse.GetValue(k),
            };
            var tellsEmbedding = parse.GetValue(embedding);
            var gallery = parse.GetValue(index) is { } path
                ? GalleryPath.Open(path, new GalleryOptions { ReadOnly = true, Threads = run.Runtime.Threads })
                : null;
            ImageAnalyzer analyzer;
            try
            {
                analyzer = ImageAnalyzer.Load(run.Model, gallery, tellsEmbedding, new ModelOptions { Runtime = run.Runtime });
            }
            catch
            {
                gallery?.Dispose();
                throw;
            }

            return new ImageJob<ImageAnalysis>(analyzer, gallery)
            {
                Run = (image, token) => analyzer.Analyze(image, options, token),
                WriteJson = (json, value) => json.WriteAnalysis(value, tellsEmbedding),
                WriteText = WriteText,
                Draw = (image, value) => value.Draw(image),
            };
        });
    }

    private static void WriteText(ImageAnswer<ImageAnalysis> answer)
    {
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}");
        Terminal.Lines((answer.Value.Classes ?? Enumerable.Empty<ClassScore>()).Select(found => $"  {found.Score,6:0.000}  {found.Label}"));
        Terminal.Lines((answer.Value.Neighbors ?? []).Select(match => $"  near {match.Score:0.0000}  {match.Label}  #{match.Id}"));
        Terminal.Lines((answer.Value.Objects ?? Detections.Empty).Select(o => $"  {o.Score,6:0.000}  {o.Class}  {Terminal.Place(o.Box)}"));
        if (answer.Value.Mask is { } mask)
        {
            Terminal.Line($"  {string.Join("  ", mask.Classes.Select(c => $"{c.Class} {c.Fraction * 100:0.0}%"))}");
        }
    }
}
