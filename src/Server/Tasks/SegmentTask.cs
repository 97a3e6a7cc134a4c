using System.Globalization;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary><c>/v1/segment</c>: the class of every pixel, as <c>pplcnet segment</c> tells it.</summary>
internal sealed class SegmentTask(Predictors predictors) : VisionTask(
    "segment",
    "Tells the class of every pixel: shares of classes, run lengths, outlines or a label map.",
    _model, _form, _rle, _polygons, _window, _windowStep, _flip, _scales, _opacity)
{
    private const int MostWindows = 64;
    private const double MostScale = 2;

    private static readonly QueryOption<string?> _model = QueryOption.Text("model", $"Name of the model; the default is {Segmenter.DefaultModel}.");
    private static readonly QueryOption<string?> _form = QueryOption.Choice("form", "rle or polygons add them to every class; png answers with the label map itself.", "rle", "polygons", "png");
    private static readonly QueryOption<bool?> _rle = QueryOption.Flag("rle", "Add COCO run lengths of every class.");
    private static readonly QueryOption<bool?> _polygons = QueryOption.Flag("polygons", "Add the outlines of every class.");
    private static readonly QueryOption<PixelSize?> _window = QueryOption.Size("window", "Cut images larger than this into overlapping windows.", 32);
    private static readonly QueryOption<PixelSize?> _windowStep = QueryOption.Size("windowStep", "Step from window to window; the default is two thirds of the window.", 1);
    private static readonly QueryOption<bool?> _flip = QueryOption.Flag("flip", "Run the mirrored image too and average.");
    private static readonly QueryOption<string[]?> _scales = QueryOption.List("scales", "Run at these sizes relative to the model's and average, for example 0.75,1,1.25.");
    private static readonly QueryOption<float?> _opacity = QueryOption.Number("opacity", "Share of the colors in the drawing; the default is 0.4.");

    /// <inheritdoc/>
    public override bool IsImage(QueryValues values) => values.Get(_form) == "png";

    /// <inheritdoc/>
    public override async Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken)
    {
        var name = values.Get(_model) ?? Segmenter.DefaultModel;
        var (form, opacity) = (values.Get(_form), values.Get(_opacity) ?? SegmentationDrawing.DefaultOpacity);
        var outlines = (form == "polygons" || values.Get(_polygons) == true ? RegionOutlines.Polygons : 0)
            | (form == "rle" || values.Get(_rle) == true ? RegionOutlines.RunLengths : 0);
        var options = Read(values);
        var segmenter = await predictors.SegmenterAsync(name, options.Scales is not [1.0], cancellationToken).ConfigureAwait(false);
        return new TaskRun(
            name,
            (image, token) =>
            {
                CheckWindows(options, image.Width, image.Height);
                var result = segmenter.Model.Segment(image, options, token);
                return new TaskAnswer(result.Timings, json => json.WriteClasses(result, outlines))
                {
                    Draw = pixels => result.Draw(pixels, opacity),
                    Png = form == "png" ? () => LabelPng.Encode(result.Map, null) : null,
                };
            },
            segmenter);
    }

    private static SegmentationOptions Read(QueryValues values)
    {
        var options = new SegmentationOptions
        {
            Window = values.Get(_window),
            WindowStep = values.Get(_windowStep),
            Flip = values.Get(_flip) ?? false,
            Scales = values.GetAll(_scales) is { Count: > 0 } lists ? [.. lists.SelectMany(l => l ?? []).Select(Scale)] : [1.0],
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw RequestException.Field("window", e.Message);
        }
    }

    private static double Scale(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var scale) && scale is >= 0.25 and <= MostScale
            ? scale
            : throw RequestException.Field("scales", $"expected factors from 0.25 to {MostScale}, found '{text}'");

    private static void CheckWindows(SegmentationOptions options, int width, int height)
    {
        if (options.Window is not { } window)
        {
            return;
        }

        var step = options.WindowStep ?? new PixelSize(Math.Max(1, window.Width * 2 / 3), Math.Max(1, window.Height * 2 / 3));
        var count = (1 + ((long)Math.Max(0, width - window.Width + step.Width - 1) / step.Width))
            * (1 + ((long)Math.Max(0, height - window.Height + step.Height - 1) / step.Height));
        if (count > MostWindows)
        {
            throw RequestException.Field("window", $"expected at most {MostWindows} windows of an image, found {count}", StatusCodes.Status422UnprocessableEntity);
        }
    }
}
