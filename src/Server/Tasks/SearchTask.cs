using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Server.Galleries;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary><c>/v1/search</c>: what the things in an image are, as <c>pplcnet search</c> names them.</summary>
internal sealed class SearchTask(Predictors predictors, GalleryStore galleries) : VisionTask(
    "search",
    "Names the things in images by the nearest items of a gallery.",
    _gallery, _k, _whole, _detector, _classes, _objects, _threshold, _minProbability, _policy, _filter)
{
    private const float UnlearnedThreshold = 0.5f;
    private const int MostMatches = 10_000;

    private static readonly QueryOption<string?> _gallery = QueryOption.Text("gallery", "Name of the gallery.");
    private static readonly QueryOption<int?> _k = QueryOption.Whole("k", "Matches of each object; the default is 5.", 1, MostMatches);
    private static readonly QueryOption<string?> _whole = QueryOption.Choice("whole", "Search the whole image: auto (where nothing is detected), always or never.", "auto", "always", "never");
    private static readonly QueryOption<string?> _detector = QueryOption.Text("detector", "Detector of main bodies; without one the whole image is searched.");
    private static readonly QueryOption<string[]?> _classes = QueryOption.List("classes", "Only these classes of the detector.");
    private static readonly QueryOption<int?> _objects = QueryOption.Whole("objects", "Most objects of an image; the default is 5.", 1, 100);
    private static readonly QueryOption<float?> _threshold = QueryOption.Number("threshold", "Matches below are unknown; the default is learned from the gallery.", -1);
    private static readonly QueryOption<float?> _minProbability = QueryOption.Number("minProbability", "Labels that are less likely than this are unknown.");
    private static readonly QueryOption<string?> _policy = QueryOption.Choice("policy", "What names an object: top1, label (one match a label) or vote.", "top1", "label", "vote");
    private static readonly QueryOption<ItemFilter> _filter = new("filter", "Only items with this: field=value, field!=value, field>=value, field<=value or field.", "string", ItemFilter.Parse)
    {
        IsRepeatable = true,
    };

    /// <inheritdoc/>
    public override async Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken)
    {
        var name = values.Get(_gallery) ?? throw RequestException.Field("gallery", "expected the name of a gallery");
        var options = Read(values);
        var detection = new DetectionOptions
        {
            Classes = values.GetAll(_classes) is { Count: > 0 } lists ? [.. lists.SelectMany(l => l ?? [])] : null,
        };
        var detectorName = values.Get(_detector);
        if (detectorName is null && options.WholeImage == WholeImage.Never)
        {
            throw RequestException.Field("whole", "never needs a detector");
        }

        var use = await galleries.UseAsync(name, rights, cancellationToken).ConfigureAwait(false);
        ModelLease<Retrieval.Embedders.Embedder>? embedder = null;
        ModelLease<Detector>? detector = null;
        try
        {
            embedder = await galleries.EmbedderAsync(use.Slot, cancellationToken).ConfigureAwait(false);
            detector = detectorName is null ? null : await predictors.DetectorAsync(detectorName, cancellationToken).ConfigureAwait(false);
            options = await LearnAsync(values, use.Slot, options, cancellationToken).ConfigureAwait(false);
            return new TaskRun(
                embedder.Name,
                (image, token) =>
                {
                    using var view = detector?.Model.With(detection);
                    var result = new ShituPipeline(embedder.Model, use.Slot.Index, view, options).Recognize(image, null, token);
                    return new TaskAnswer(result.Timings, json => json.WriteObjects(result)) { Draw = pixels => result.Draw(pixels) };
                },
                detector,
                embedder,
                use);
        }
        catch
        {
            detector?.Dispose();
            embedder?.Dispose();
            use.Dispose();
            throw;
        }
    }

    private static ShituOptions Read(QueryValues values) => new()
    {
        K = values.Get(_k) ?? ShituOptions.Default.K,
        MaxObjects = values.Get(_objects) ?? ShituOptions.Default.MaxObjects,
        WholeImage = values.Get(_whole) switch
        {
            "always" => WholeImage.Always,
            "never" => WholeImage.Never,
            _ => WholeImage.WhenNothingDetected,
        },
        Policy = values.Get(_policy) == "vote" ? LabelPolicy.Vote : LabelPolicy.Top1,
        DistinctLabels = values.Get(_policy) == "label",
        Filter = values.GetAll(_filter) is { Count: > 0 } filters ? ItemFilter.All([.. filters]) : null,
    };

    /// <summary>The command's rule: the threshold is learned from the gallery unless the request has one.</summary>
    private static async Task<ShituOptions> LearnAsync(QueryValues values, GallerySlot slot, ShituOptions options, CancellationToken cancellationToken)
    {
        var (threshold, probability) = (values.Get(_threshold), values.Get(_minProbability) ?? 0);
        var learned = threshold is not null && probability == 0 ? null : await slot.CalibrateAsync(cancellationToken).ConfigureAwait(false);
        return options with
        {
            Threshold = threshold ?? learned?.Threshold ?? UnlearnedThreshold,
            Probability = learned?.Probability,
            MinProbability = learned?.Probability is null ? 0 : probability,
        };
    }
}
