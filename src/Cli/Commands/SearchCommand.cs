using PPLCNet.Vision.Cli.Commands.Index;
using PPLCNet.Vision.Cli.Commands.Search;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet search INPUT... --index PATH</c>: what the things in images are, by a gallery.</summary>
internal static class SearchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("search", "Name the things in images by the nearest items of a gallery.");
        var path = new GalleryPath(command, withArgument: false);
        var flags = new SearchFlags(command);
        var report =
            command.Text("--report", "Write a contact sheet (index.html) of inputs and matches into this folder.", "DIR");
        Func<ParseResult, ImageRun, ImageJob<ShituResult>> open = (parse, run) =>
        {
            var gallery = path.Open(parse, new GalleryOptions { ReadOnly = true, Threads = run.Runtime.Threads });
            Embedder? embedder = null;
            Detector? detector = null;
            try
            {
                var model = run.Model.Length > 0 ? run.Model : gallery.Header.Model.Length > 0 ? gallery.Header.Model : Embedder.DefaultModel;
                embedder = Embedder.Load(model, new EmbedderOptions { Runtime = run.Runtime, Whitening = GalleryWhitening.Find(gallery.FilePath) });
                gallery.RequireModel(embedder.Name, embedder.Fingerprint, embedder.Dimensions);
                detector = flags.Detector(parse) is { } name ? Load(name, flags.Classes(parse), run.Runtime) : null;
                var pipeline = new ShituPipeline(embedder, gallery, detector, flags.Read(parse, gallery, embedder));
                var paths = new ItemPaths(gallery);
                var sheet = parse.GetValue(report) is { } folder ? new SearchSheet(folder, paths) : null;
                return new ImageJob<ShituResult>(detector, embedder, gallery)
                {
                    Run = (image, token) => pipeline.Recognize(image, null, token),
                    WriteJson = (json, value) => json.WriteObjects(value, paths),
                    WriteText = WriteText,
                    Draw = (image, value) => value.Draw(image),
                    Accept = answer => sheet?.Add(answer.Input.Path, answer.Value),
                    Complete = sheet is null ? null : sheet.Save,
                };
            }
            catch
            {
                detector?.Dispose();
                embedder?.Dispose();
                gallery.Dispose();
                throw;
            }
        };
        return command.OverImages("", open, models: (parse, model) => [model, flags.Detector(parse) ?? ""]);
    }

    private static Detector Load(string name, string[]? classes, RuntimeOptions runtime)
    {
        using var detector = Detector.Load(name, new ModelOptions { Runtime = runtime });
        return detector.With(new DetectionOptions { Classes = classes });
    }

    private static void WriteText(ImageAnswer<ShituResult> answer)
    {
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}");
        foreach (var found in answer.Value.Objects)
        {
            var sure = found is { Label: not null, Probability: { } probability } ? $" {probability:0.00}" : "";
            Terminal.Line($"  {found.Label ?? ShituResultJson.Unknown}{sure}  {Terminal.Place(found.Box)}");
            Terminal.Lines(found.Matches.Select(match => $"    {match.Score:0.0000}  {match.Label}  #{match.Id}"));
        }
    }
}
