using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Index;
using PPLCNet.Vision.Cli.Commands.Search;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet search INPUT... --index PATH</c>: what the things in images are, by a gallery.</summary>
internal sealed class SearchCommand() : ImageCommand<ShituResult>("search", "Name the things in images by the nearest items of a gallery.", "")
{
    private readonly Option<int> _k = new("--k") { Description = "Matches of each object.", DefaultValueFactory = _ => 5, HelpName = "K" };
    private readonly Option<string> _whole = new("--whole") { Description = "Search the whole image: auto (where nothing is detected), always or never.", DefaultValueFactory = _ => "auto" };
    private readonly Option<string?> _detector = new("--detector") { Description = "Detector of main bodies; without one the whole image is searched.", HelpName = "NAME|PATH" };
    private readonly Option<string[]> _classes = new("--classes") { Description = "Only these classes of the detector.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
    private readonly Option<int> _objects = new("--objects") { Description = "Most objects of an image.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<float?> _threshold = new("--threshold") { Description = "Matches below are unknown; the default is learnt from the gallery (see --far).", HelpName = "SCORE" };
    private readonly Option<double> _far = new("--far") { Description = "False-accept rate that the learnt threshold aims at.", DefaultValueFactory = _ => 0.01, HelpName = "RATE" };
    private readonly Option<string> _policy = new("--policy") { Description = "What names an object: top1, label (one match a label) or vote.", DefaultValueFactory = _ => "top1" };
    private readonly Option<string[]> _filter = new("--filter") { Description = "Only items with this: field=value, field!=value, field>=value, field<=value or field.", HelpName = "EXPR" };
    private readonly Option<string?> _report = new("--report") { Description = "Write a contact sheet (index.html) of inputs and matches into this folder.", HelpName = "DIR" };
    private GalleryPath? _gallery;

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        _whole.AcceptOnlyFromAmong("auto", "always", "never");
        _policy.AcceptOnlyFromAmong("top1", "label", "vote");
        _gallery = new GalleryPath(command, withArgument: false);
        foreach (var option in (Option[])[_k, _whole, _detector, _classes, _objects, _threshold, _far, _policy, _filter, _report])
        {
            command.Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override ImageJob<ShituResult> Open(ParseResult parse, ImageRun run)
    {
        var gallery = _gallery!.Open(parse, new GalleryOptions { ReadOnly = true, Threads = run.Runtime.Threads });
        Embedder? embedder = null;
        Detector? detector = null;
        try
        {
            var model = run.Model.Length > 0 ? run.Model : gallery.Header.Model.Length > 0 ? gallery.Header.Model : Embedder.DefaultModel;
            embedder = Embedder.Load(model, new EmbedderOptions { Runtime = run.Runtime, Whitening = GalleryWhitening.Find(gallery.FilePath) });
            gallery.RequireModel(embedder.Name, embedder.Fingerprint, embedder.Dimensions);
            detector = parse.GetValue(_detector) is { } name ? Detector.Load(name, new DetectorOptions { Runtime = run.Runtime, Classes = parse.GetValue(_classes) }) : null;
            var pipeline = new ShituPipeline(embedder, gallery, detector, Options(parse, gallery));
            var sheet = parse.GetValue(_report) is { } folder ? new ContactSheet(folder, new ItemPaths(gallery)) : null;
            return new SearchJob(pipeline, gallery, embedder, detector, sheet);
        }
        catch
        {
            detector?.Dispose();
            embedder?.Dispose();
            gallery.Dispose();
            throw;
        }
    }

    private ShituOptions Options(ParseResult parse, Gallery gallery) => new()
    {
        K = parse.GetValue(_k),
        MaxObjects = parse.GetValue(_objects),
        WholeImage = parse.GetValue(_whole) switch
        {
            "always" => WholeImage.Always,
            "never" => WholeImage.Never,
            _ => WholeImage.WhenNothingDetected,
        },
        Policy = parse.GetValue(_policy) == "vote" ? LabelPolicy.Vote : LabelPolicy.Top1,
        DistinctLabels = parse.GetValue(_policy) == "label",
        Threshold = parse.GetValue(_threshold) ?? Learn(gallery, parse.GetValue(_far)),
        Filter = parse.GetValue(_filter) is { Length: > 0 } filters ? ItemFilter.All([.. filters.Select(ItemFilter.Parse)]) : null,
    };

    private static float Learn(Gallery gallery, double far)
    {
        if (gallery.Items().Select(i => i.Label).Distinct().Take(2).Count() < 2)
        {
            Terminal.Warn($"'{gallery.FilePath}' has fewer than two labels, so no threshold can be learnt: 0.5 is used.");
            return 0.5f;
        }

        var calibration = ThresholdCalibration.FromAsync(gallery, far, cancellationToken: Interrupt.Abort).GetAwaiter().GetResult();
        Terminal.Warn($"threshold {calibration.Threshold:0.0000}: {calibration.FalseAcceptRate:P1} of unknown and {calibration.TrueAcceptRate:P1} of known things of the gallery would pass");
        return calibration.Threshold;
    }
}
