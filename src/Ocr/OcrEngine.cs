using System.Diagnostics;
using OpenCvSharp;
using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Models;
using PPLCNet.Vision.Backbone.Runtime;
using PPLCNet.Vision.Ocr.Detection;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Orientation;
using PPLCNet.Vision.Ocr.Recognition;
using TextDetector = PPLCNet.Vision.Ocr.Detection.TextDetector;

namespace PPLCNet.Vision.Ocr;

/// <summary>
/// Reads the text of a picture: detect, order, straighten, turn, recognise (PP-OCR). Immutable and safe to share between threads;
/// several pictures at once need no lock.
/// </summary>
public sealed class OcrEngine : IDisposable
{
    /// <summary>The model pair that serves a new user best.</summary>
    public const string DefaultModel = "ppocr-v6-small";

    private readonly TextDetector _detector;
    private readonly TextRecognizer _recognizer;
    private readonly OrientationClassifier? _lineOrientation;
    private readonly OrientationClassifier? _pageOrientation;
    private readonly OcrOptions _options;
    private readonly CtcBeamOptions? _beam;

    private OcrEngine(
        TextDetector detector,
        TextRecognizer recognizer,
        OrientationClassifier? lineOrientation,
        OrientationClassifier? pageOrientation,
        OcrOptions options)
    {
        _detector = detector;
        _recognizer = recognizer;
        _lineOrientation = lineOrientation;
        _pageOrientation = pageOrientation;
        _options = options;
        _beam = options.Lexicon is { } texts
            ? (options.Beam ?? new CtcBeamOptions()) with { Lexicon = Lexicon.Create(texts, recognizer.Characters) }
            : options.Beam;
    }

    /// <summary>Loads a pair of detector and recogniser by its name.</summary>
    /// <param name="name">
    /// <c>ppocr-v6-small</c>, <c>ppocr-v6-tiny</c> or <c>ppocr-v4</c>; or two models joined by a plus sign,
    /// for example <c>ppocr-v4-det+ppocr-v6-small-rec</c>.
    /// </param>
    /// <param name="options">Scores, words, orientation, threads.</param>
    /// <exception cref="ModelFormatException">A model is missing or does not fit.</exception>
    public static OcrEngine Load(string name = DefaultModel, OcrOptions? options = null)
    {
        options ??= new OcrOptions();
        var parts = PartsOf(name);
        TextDetector? detector = null;
        TextRecognizer? recognizer = null;
        OrientationClassifier? line = null;
        try
        {
            detector = TextDetector.Load(parts["detector"], options.Runtime, options.Detection);
            recognizer = TextRecognizer.Load(parts["recognizer"], options.Runtime);
            line = options.LineOrientation && parts.TryGetValue("lineOrientation", out var lineModel)
                ? OrientationClassifier.Load(lineModel, options.Runtime with { FixedShape = true })
                : null;
            var page = options.PageOrientation && parts.TryGetValue("pageOrientation", out var pageModel)
                ? OrientationClassifier.Load(pageModel, options.Runtime with { FixedShape = true })
                : null;
            return new OcrEngine(detector, recognizer, line, page, options);
        }
        catch
        {
            detector?.Dispose();
            recognizer?.Dispose();
            line?.Dispose();
            throw;
        }
    }

    /// <summary>Reads a picture file.</summary>
    /// <exception cref="ImageException">It is no picture.</exception>
    public OcrResult Read(string path, CancellationToken cancellationToken = default) =>
        Read(ImageFile.Read(path), cancellationToken);

    /// <summary>Reads a picture.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public OcrResult Read(PixelView picture, CancellationToken cancellationToken = default)
    {
        if (_pageOrientation is null)
        {
            var (plain, timings) = ReadUpright(picture, cancellationToken);
            return new OcrResult(plain, 0, timings);
        }

        var degrees = _pageOrientation.Classify(picture, cancellationToken).Degrees;
        if (degrees == 0)
        {
            var (plain, timings) = ReadUpright(picture, cancellationToken);
            return new OcrResult(plain, 0, timings);
        }

        var (width, height) = (picture.Width, picture.Height);
        var (lines, times) = ReadUpright(PageTurn.Upright(picture, degrees), cancellationToken);
        return new OcrResult([.. lines.Select(l => l.Map(p => PageTurn.ToSource(p, degrees, width, height)))], degrees, times);
    }

    /// <summary>Reads a picture that is one text line, without looking for text in it.</summary>
    public OcrLine ReadLine(PixelView line, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        var read = _recognizer.Recognize(line, out timings, _beam, cancellationToken);
        var (width, height) = (line.Width, line.Height);
        var words = _options.Words
            ? WordSpans.Cut(read).Select(w =>
                new OcrWord(w.Text, w.Score, Geometry.Quad.FromRectangle(w.Left * width, 0, w.Right * width, height))).ToArray()
            : [];
        return new OcrLine(read.Text, read.Score, Geometry.Quad.FromRectangle(0, 0, width, height), words);
    }

    /// <summary>Finds the text boxes of a picture in reading order, without reading them.</summary>
    public IReadOnlyList<TextBox> Detect(PixelView picture, out StageTimings timings, CancellationToken cancellationToken = default) =>
        ReadingOrder.Sort(_detector.Detect(picture, out timings, cancellationToken));

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _recognizer.Dispose();
        _lineOrientation?.Dispose();
        _pageOrientation?.Dispose();
    }

    private static IReadOnlyDictionary<string, string> PartsOf(string name)
    {
        if (name.Split('+') is [var detector, var recognizer])
        {
            return new Dictionary<string, string>
            {
                ["detector"] = detector,
                ["recognizer"] = recognizer,
                ["lineOrientation"] = "ppocr-cls-v2",
                ["pageOrientation"] = "pplcnet-x1.0-doc-ori",
            };
        }

        var parts = ModelCatalog.Default.Find(name).Manifest.Parts;
        return parts.ContainsKey("detector") && parts.ContainsKey("recognizer")
            ? parts
            : throw new ModelFormatException(name, "a pair of a text detector and a recogniser", "a single model");
    }

    private (List<OcrLine> Lines, StageTimings Timings) ReadUpright(PixelView picture, CancellationToken cancellationToken)
    {
        var boxes = Detect(picture, out var timings, cancellationToken);
        using var mat = picture.ToMat();
        var lines = new List<OcrLine>(boxes.Count);
        foreach (var box in boxes)
        {
            var start = Stopwatch.GetTimestamp();
            if (LineCrop.Cut(mat, box.Quad) is not { } crop)
            {
                continue;
            }

            timings += new StageTimings(0, 0, 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            crop = Straighten(crop, ref timings, cancellationToken);
            var read = _recognizer.Recognize(crop.Pixels, out var times, _beam, cancellationToken);
            timings += times;
            if (read.Score >= _options.MinScore && !string.IsNullOrWhiteSpace(read.Text))
            {
                lines.Add(new OcrLine(read.Text, read.Score, crop.Quad, _options.Words ? Words(read, crop) : []));
            }
        }

        return (lines, timings);
    }

    private LineCrop Straighten(LineCrop crop, ref StageTimings timings, CancellationToken cancellationToken)
    {
        if (_lineOrientation is null)
        {
            return crop;
        }

        var start = Stopwatch.GetTimestamp();
        var turned = _lineOrientation.Classify(crop.Pixels, cancellationToken);
        timings += new StageTimings(0, 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0);
        return turned.Degrees == 180 && turned.Score >= _options.LineOrientationScore ? crop.TurnAround() : crop;
    }

    private static OcrWord[] Words(RecognizedLine read, LineCrop crop)
    {
        var (width, height) = (crop.Pixels.Width, crop.Pixels.Height);
        return [.. WordSpans.Cut(read).Select(w => new OcrWord(w.Text, w.Score, crop.ToPicture(w.Left * width, 0, w.Right * width, height)))];
    }
}
