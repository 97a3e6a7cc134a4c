using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary><c>/v1/detect</c>: everyday objects or the regions of a page, as <c>pplcnet detect</c> finds them.</summary>
internal sealed class DetectTask(Predictors predictors) : VisionTask(
    "detect",
    "Finds everyday objects, or the regions of a document page.",
    _model, _page, _score, _iou, _agnostic, _classes, _nms, _bestClass, _max, _tile, _tileInside, _clip)
{
    // What drawings show unless the request says otherwise, as in the command.
    private const float ShownByDefault = 0.4f;
    private const int MostTiles = 64;

    private static readonly QueryOption<string?> _model = QueryOption.Text("model", $"Name of the model; the default is {Detector.DefaultModel}.");
    private static readonly QueryOption<bool?> _page = QueryOption.Flag("page", $"Find the regions of a document page: model {Detector.LayoutModel}.");
    private static readonly QueryOption<float?> _score = QueryOption.Number("score", "Only objects above this score; the default is the model's own.");
    private static readonly QueryOption<float?> _iou = QueryOption.Number("iou", "Of two boxes that overlap more than this, the weaker goes.");
    private static readonly QueryOption<bool?> _agnostic = QueryOption.Flag("agnostic", "Boxes suppress those of other classes too.");
    private static readonly QueryOption<string[]?> _classes = QueryOption.List("classes", "Only these classes, separated by commas.");
    private static readonly QueryOption<string?> _nms = QueryOption.Choice("nms", "What becomes of a box that overlaps a better one.", "hard", "soft-linear", "soft-gaussian");
    private static readonly QueryOption<bool?> _bestClass = QueryOption.Flag("bestClass", "Report each place under its best class only.");
    private static readonly QueryOption<int?> _max = QueryOption.Whole("max", "Most objects of an image; the default is 100.", 1, 10_000);
    private static readonly QueryOption<PixelSize?> _tile = QueryOption.Size("tile", "Look at overlapping tiles of this size too.", 32);
    private static readonly QueryOption<float?> _tileInside = QueryOption.Number("tileInside", "A box goes of which more than this part lies in a larger one from another tile; the default is 0.8.");
    private static readonly QueryOption<bool?> _clip = QueryOption.Flag("clip", "Cut boxes to the image.");

    /// <inheritdoc/>
    public override async Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken)
    {
        var page = values.Get(_page) ?? false;
        if (page && values.Get(_model) is not null)
        {
            throw RequestException.Field("page", $"stands for the model {Detector.LayoutModel}; specify one of the two");
        }

        var name = page ? Detector.LayoutModel : values.Get(_model) ?? Detector.DefaultModel;
        var shown = values.Get(_score) ?? ShownByDefault;
        var options = new DetectionOptions
        {
            ScoreThreshold = values.Get(_score),
            IouThreshold = values.Get(_iou),
            Agnostic = values.Get(_agnostic) ?? false,
            Classes = values.GetAll(_classes) is { Count: > 0 } lists ? [.. lists.SelectMany(l => l ?? [])] : null,
            Method = values.Get(_nms) switch
            {
                "soft-linear" => NmsMethod.SoftLinear,
                "soft-gaussian" => NmsMethod.SoftGaussian,
                _ => NmsMethod.Hard,
            },
            BestClassOnly = values.Get(_bestClass) ?? false,
            MaxObjects = values.Get(_max) ?? DetectionOptions.Default.MaxObjects,
            Clip = values.Get(_clip) ?? false,
        };
        var tiles = Tiles(values);
        var detector = await predictors.DetectorAsync(name, cancellationToken).ConfigureAwait(false);
        return new TaskRun(
            name,
            (image, token) =>
            {
                var found = tiles is null ? detector.Model.Detect(image, options, token) : Tiled(detector.Model, tiles, image, options, token);
                return new TaskAnswer(found.Timings, json => json.WriteDetections(found)) { Draw = pixels => found.AboveScore(shown).Draw(pixels) };
            },
            detector);
    }

    private static Detections Tiled(Detector detector, TiledDetectorOptions tiles, PixelBuffer image, DetectionOptions options, CancellationToken cancellationToken)
    {
        var count = TileGrid.Of(image.Width, image.Height, tiles).Count();
        if (count > MostTiles)
        {
            throw RequestException.Field("tile", $"expected at most {MostTiles} tiles of an image, found {count}", StatusCodes.Status422UnprocessableEntity);
        }

        // The decorator owns what it decorates, so it gets a view of its own.
        using var tiled = new TiledDetector(detector.With(options), tiles);
        return tiled.Detect(image, options, cancellationToken);
    }

    private static TiledDetectorOptions? Tiles(QueryValues values)
    {
        if (values.Get(_tile) is not { } size)
        {
            return null;
        }

        var tiles = new TiledDetectorOptions { Width = size.Width, Height = size.Height };
        return values.Get(_tileInside) is { } inside ? tiles with { Inside = inside } : tiles;
    }
}
