using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Search;

/// <summary>The flags that say how things are looked up and when they count as known.</summary>
internal sealed class SearchFlags(Command command)
{
    private const int MostMatches = 100_000;

    private readonly Option<int> _k = command.Flag<int>("--k", "Matches of each object.", "K").Default(5)
        .Must(k => k is >= 1 and <= MostMatches, $"must lie between 1 and {MostMatches}");

    private readonly Option<string?> _whole = command.Text(
        "--whole", "Search the whole image: auto (where nothing is detected), always or never.")
        .Default("auto").OneOf("auto", "always", "never");

    private readonly Option<string?> _detector =
        command.Text("--detector", "Detector of main bodies; without one the whole image is searched.", "NAME|PATH");

    private readonly Option<string[]> _classes =
        command.Flag<string[]>("--classes", "Only these classes of the detector.", "NAME").Many();
    private readonly Option<int> _objects =
        command.Flag<int>("--objects", "Most objects of an image.", "N").Default(5).Must(n => n >= 1, "must be at least 1");

    private readonly Option<float?> _threshold =
        command.Flag<float?>("--threshold", "Matches below are unknown; the default is learnt from the gallery (see --far).", "SCORE");

    private readonly Option<double?> _far = command.Flag<double?>(
        "--far", "Learn the threshold that lets this share of strangers pass and nothing else counts; by default 0.01, and nine tenths of the gallery's own things.", "RATE")
        .Must(rate => rate is > 0 and < 1, "must lie between 0 and 1");

    private readonly Option<string?> _strangers =
        command.Text("--strangers", "A folder of images of what is not in the gallery: the threshold is learnt from them.", "DIR");

    private readonly Option<double> _least =
        command.Flag<double>("--min-probability", "Labels that are less likely than this are unknown.", "0..1");
    private readonly Option<string?> _policy = command.Text(
        "--policy", "What names an object: top1, label (one match a label) or vote.")
        .Default("top1").OneOf("top1", "label", "vote");

    private readonly Option<string[]> _filter =
        command.Flag<string[]>("--filter", "Only items with this: field=value, field!=value, field>=value, field<=value or field.", "EXPR");

    /// <summary>Name or path of the detector; null without one.</summary>
    public string? Detector(ParseResult parse) => parse.GetValue(_detector);

    /// <summary>Classes of the detector that count.</summary>
    public string[]? Classes(ParseResult parse) => parse.GetValue(_classes);

    /// <summary>How to search; the threshold is learnt where the flags name none.</summary>
    public ShituOptions Read(ParseResult parse, Gallery gallery, Embedder embedder)
    {
        var learnt = Learn(parse, gallery, embedder);
        return new ShituOptions
        {
            Threshold = parse.GetValue(_threshold) ?? learnt?.Threshold ?? LearnedThreshold.Unlearned,
            Probability = learnt?.Probability,
            MinProbability = learnt?.Probability is null ? 0 : parse.GetValue(_least),
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
    }

    private ThresholdCalibration? Learn(ParseResult parse, Gallery gallery, Embedder embedder)
    {
        var options = parse.GetValue(_far) is { } far ? new CalibrationOptions { FalseAcceptRate = far, LeastKnownRate = 0 } : new CalibrationOptions();
        if (parse.GetValue(_threshold) is not null && parse.GetValue(_least) == 0)
        {
            return CalibrationFile.Find(gallery, options); // not worth the time where nothing was learnt yet
        }

        if (parse.GetValue(_strangers) is { } folder && LearnedThreshold.IsTaughtBy(gallery))
        {
            options = options with { Strangers = Strangers(folder, embedder) };
        }

        var learned = LearnedThreshold.OfAsync(gallery, options, Interrupt.Abort).GetAwaiter().GetResult();
        Terminal.Warn(learned.Notes);
        if (learned.Calibration is { Probability: null } && parse.GetValue(_least) > 0)
        {
            Terminal.Warn("the gallery has too few items with another of their label to learn how likely a label is: --min-probability has no effect.");
        }

        return learned.Calibration;
    }

    private static IReadOnlyList<ReadOnlyMemory<float>> Strangers(string folder, Embedder embedder)
    {
        var vectors = LearnedThreshold.EmbedStrangers(
            new InputList([folder], Shard.Whole).Items().Select(i => i.Path),
            embedder,
            (path, error) => Terminal.Warn($"{path}: {error.Message}"),
            Interrupt.Abort);
        return vectors.Count > 0 ? vectors : throw CliException.Usage($"'{folder}': expected images of strangers, found none that can be read.");
    }
}
