using System.CommandLine;
using System.CommandLine.Parsing;
using PPLCNet.Vision.Cli.Commands.Index;
using PPLCNet.Vision.Cli.Commands.Search;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet search INPUT... --index PATH</c>: what the things in images are, by a gallery.</summary>
internal sealed class SearchCommand() : ImageCommand<ShituResult>("search", "Name the things in images by the nearest items of a gallery.", "")
{
    private const float UnlearntThreshold = 0.5f;
    private const int MostMatches = 100_000;

    private readonly Option<int> _k = new("--k") { Description = "Matches of each object.", DefaultValueFactory = _ => 5, HelpName = "K" };
    private readonly Option<string> _whole = new("--whole") { Description = "Search the whole image: auto (where nothing is detected), always or never.", DefaultValueFactory = _ => "auto" };
    private readonly Option<string?> _detector = new("--detector") { Description = "Detector of main bodies; without one the whole image is searched.", HelpName = "NAME|PATH" };
    private readonly Option<string[]> _classes = new("--classes") { Description = "Only these classes of the detector.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
    private readonly Option<int> _objects = new("--objects") { Description = "Most objects of an image.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<float?> _threshold = new("--threshold") { Description = "Matches below are unknown; the default is learnt from the gallery (see --far).", HelpName = "SCORE" };
    private readonly Option<double?> _far = new("--far") { Description = "Learn the threshold that lets this share of strangers pass and nothing else counts; by default 0.01, and nine tenths of the gallery's own things.", HelpName = "RATE" };
    private readonly Option<string?> _strangers = new("--strangers") { Description = "A folder of images of what is not in the gallery: the threshold is learnt from them.", HelpName = "DIR" };
    private readonly Option<double> _least = new("--min-probability") { Description = "Labels that are less likely than this are unknown.", HelpName = "0..1" };
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
        _k.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() is >= 1 and <= MostMatches, $"must lie between 1 and {MostMatches}"));
        _objects.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() >= 1, "must be at least 1"));
        _far.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is > 0 and < 1, "must lie between 0 and 1"));
        foreach (var option in (Option[])[_k, _whole, _detector, _classes, _objects, _threshold, _far, _strangers, _least, _policy, _filter, _report])
        {
            command.Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> ModelNames(ParseResult parse, string model) =>
        [model, parse.GetValue(_detector) ?? ""];

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
            detector = parse.GetValue(_detector) is { } name ? Load(name, parse.GetValue(_classes), run.Runtime) : null;
            var pipeline = new ShituPipeline(embedder, gallery, detector, Options(parse, gallery, embedder));
            var sheet = parse.GetValue(_report) is { } folder ? new SearchSheet(folder, new ItemPaths(gallery)) : null;
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

    private static Detector Load(string name, string[]? classes, RuntimeOptions runtime)
    {
        using var detector = Detector.Load(name, new ModelOptions { Runtime = runtime });
        return detector.With(new DetectionOptions { Classes = classes });
    }

    private ShituOptions Options(ParseResult parse, Gallery gallery, Embedder embedder)
    {
        var learnt = Learn(parse, gallery, embedder);
        return Options(parse) with
        {
            Threshold = parse.GetValue(_threshold) ?? learnt?.Threshold ?? UnlearntThreshold,
            Probability = learnt?.Probability,
            MinProbability = learnt?.Probability is null ? 0 : parse.GetValue(_least),
        };
    }

    private static void Require(OptionResult result, bool fits, string rule)
    {
        if (!fits)
        {
            result.AddError($"{result.Option.Name} {rule}.");
        }
    }

    private ShituOptions Options(ParseResult parse) => new()
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
        Filter = parse.GetValue(_filter) is { Length: > 0 } filters ? ItemFilter.All([.. filters.Select(ItemFilter.Parse)]) : null,
    };

    private ThresholdCalibration? Learn(ParseResult parse, Gallery gallery, Embedder embedder)
    {
        var options = parse.GetValue(_far) is { } far ? new CalibrationOptions { FalseAcceptRate = far, LeastKnownRate = 0 } : new CalibrationOptions();
        if (parse.GetValue(_threshold) is not null && parse.GetValue(_least) == 0)
        {
            return CalibrationFile.Find(gallery, options); // not worth the time where nothing was learnt yet
        }

        if (gallery.Items().Select(i => i.Label).Distinct().Take(2).Count() < 2)
        {
            Terminal.Warn($"'{gallery.FilePath}' has fewer than two labels, so no threshold can be learnt: {UnlearntThreshold} is used.");
            return null;
        }

        if (parse.GetValue(_strangers) is { } folder)
        {
            options = options with { Strangers = [.. Strangers.Embed(folder, embedder)] };
        }

        var isKept = options.Strangers.Count == 0 && CalibrationFile.Find(gallery, options) is not null;
        var learnt = CalibrationFile.FindOrLearnAsync(gallery, options, Interrupt.Abort).GetAwaiter().GetResult();
        if (!isKept)
        {
            Terminal.Warn(Say(learnt, options));
        }

        if (learnt.Probability is null && parse.GetValue(_least) > 0)
        {
            Terminal.Warn("the gallery has too few items with another of their label to learn how likely a label is: --min-probability has no effect.");
        }

        return learnt;
    }

    private static string Say(ThresholdCalibration learnt, CalibrationOptions options)
    {
        var known = double.IsNaN(learnt.TrueAcceptRate)
            ? "every label has one item, so what known things score is not known"
            : $"of the gallery's things {learnt.TrueAcceptRate:P1} would pass by another of their label, {learnt.RightRate:P1} named right";
        var strangers = options.Strangers.Count > 0 ? $"; of {options.Strangers.Count} strangers {learnt.FalseAcceptRate:P1} would pass" : "";
        return $"threshold {learnt.Threshold:0.0000}: {known}{strangers}";
    }
}
