using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary><c>/v1/ocr</c>: the text of images, as <c>pplcnet ocr</c> reads it.</summary>
internal sealed class OcrTask(Predictors predictors) : VisionTask(
    "ocr",
    "Reads the text in images.",
    _model, _words, _minScore, _beam, _lineOrientation, _pageOrientation, _layout, _layoutModel,
    TextDetectionOptions.Threshold, TextDetectionOptions.BoxThreshold, TextDetectionOptions.Unclip, TextDetectionOptions.Dilate,
    TextDetectionOptions.ScoreMode, TextDetectionOptions.ShortSide, TextDetectionOptions.LongSide)
{
    private static readonly QueryOption<string?> _model = QueryOption.Text("model", $"Name of the model pair; the default is {OcrEngine.DefaultModel}.");
    private static readonly QueryOption<bool?> _words = QueryOption.Flag("words", "Cut lines into words with places of their own.");
    private static readonly QueryOption<float?> _minScore = QueryOption.Number("minScore", "Drop lines below this score; the default is 0.5.");
    private static readonly QueryOption<int?> _beam = QueryOption.Whole("beam", "Search with this many prefixes instead of greedily.", 1, 64);
    private static readonly QueryOption<string?> _lineOrientation = QueryOption.Choice("lineOrientation", "Whether lines that stand on their head are turned.", "on", "off");
    private static readonly QueryOption<bool?> _pageOrientation = QueryOption.Flag("pageOrientation", "Turn a page upright first.");
    private static readonly QueryOption<bool?> _layout = QueryOption.Flag("layout", "Find the regions of the page and read it region by region.");
    private static readonly QueryOption<string?> _layoutModel = QueryOption.Text("layoutModel", "Model that finds the regions.");

    /// <inheritdoc/>
    public override bool CanSay => true;

    /// <inheritdoc/>
    public override async Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken)
    {
        var name = values.Get(_model) ?? OcrEngine.DefaultModel;
        var options = new OcrOptions
        {
            MinScore = values.Get(_minScore) ?? OcrOptions.Default.MinScore,
            Words = values.Get(_words) ?? false,
            Beam = values.Get(_beam) is { } width ? new CtcBeamOptions { Width = width } : null,
            LineOrientation = values.Get(_lineOrientation) != "off",
            PageOrientation = values.Get(_pageOrientation) ?? false,
        };
        var layout = values.Get(_layout) ?? false;
        if (layout && options.PageOrientation)
        {
            throw RequestException.Field("layout", "goes with upright pages, not with pageOrientation");
        }

        var change = TextDetectionOptions.Read(values);
        var engine = await predictors.OcrAsync(name, cancellationToken).ConfigureAwait(false);
        options = options with { Detection = change.Apply(engine.Model) };
        if (!layout)
        {
            return new TaskRun(name, (image, token) => Answer(PageReading.Of(engine.Model.Read(image, options, token))), engine);
        }

        try
        {
            var regions = await predictors.DetectorAsync(values.Get(_layoutModel) ?? Detector.LayoutModel, cancellationToken).ConfigureAwait(false);
            return new TaskRun(name, (image, token) => Answer(PageReader.Read(engine.Model, regions.Model, image, options, token)), engine, regions);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private static TaskAnswer Answer(PageReading page) => new(page.Text.Timings, page.WriteJson)
    {
        Draw = pixels => page.Draw(pixels),
        Text = () => page.Text.Text + "\n",
    };
}
