using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Orientation;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>
/// Reads the text of an image: detect, order, straighten, turn, recognise (PP-OCR). Immutable and safe to share between threads;
/// several images at once need no lock.
/// </summary>
public sealed class OcrEngine : IDisposable
{
    /// <summary>The model pair that serves a new user best.</summary>
    public const string DefaultModel = "ppocr-v6-small";

    // Nonsense read upside down can score as high as a line with an unsure space; readings this close leave it to the classifier.
    private const float ClearlySurer = 0.05f;

    private readonly TextDetector _detector;
    private readonly LineReader _reader;
    private readonly OrientationClassifier? _lineOrientation;
    private readonly OrientationClassifier? _pageOrientation;
    private readonly OcrOptions _options;

    private OcrEngine(
        TextDetector detector,
        LineReader reader,
        OrientationClassifier? lineOrientation,
        OrientationClassifier? pageOrientation,
        OcrOptions options)
    {
        _detector = detector;
        _reader = reader;
        _lineOrientation = lineOrientation;
        _pageOrientation = pageOrientation;
        _options = options;
    }

    /// <summary>Loads a pair of detector and recogniser by its name.</summary>
    /// <param name="name">
    /// <c>ppocr-v6-small</c>, <c>ppocr-v6-tiny</c> or <c>ppocr-v4</c>; or two models joined by a plus sign,
    /// for example <c>ppocr-v4-det+ppocr-v6-small-rec</c>.
    /// </param>
    /// <param name="options">Scores, words, orientation, threads.</param>
    /// <exception cref="ModelFormatException">A model is missing or does not fit.</exception>
    /// <exception cref="ArgumentException">A text of the lexicon cannot be read with the recogniser's dictionary.</exception>
    public static OcrEngine Load(string name = DefaultModel, OcrOptions? options = null)
    {
        options ??= new OcrOptions();
        var parts = OcrModelParts.Of(name);
        var fixedShape = options.Runtime with { FixedShape = true };
        TextDetector? detector = null;
        LineReader? reader = null;
        OrientationClassifier? line = null;
        try
        {
            detector = TextDetector.Load(parts.NeedDetector(), options.Runtime, options.Detection, options.DetectionInput);
            reader = LineReader.Load(parts.NeedRecognizer(), options);
            line = options.LineOrientation ? OrientationClassifier.Load(options.LineOrientationModel ?? parts.LineOrientation, fixedShape) : null;
            var page = options.PageOrientation ? OrientationClassifier.Load(parts.PageOrientation, fixedShape) : null;
            return new OcrEngine(detector, reader, line, page, options);
        }
        catch
        {
            detector?.Dispose();
            reader?.Dispose();
            line?.Dispose();
            throw;
        }
    }

    /// <summary>Reads an image file.</summary>
    /// <exception cref="ImageException">It is no image.</exception>
    public OcrResult Read(string path, CancellationToken cancellationToken = default) =>
        Read(ImageFile.Read(path), cancellationToken);

    /// <summary>Reads an image, or with <see cref="PixelView.Crop"/> a part of one (see <see cref="OcrResult.MovedBy"/>).</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public OcrResult Read(PixelView image, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        var degrees = _pageOrientation?.Classify(image, cancellationToken).Degrees ?? 0;
        var before = new StageTimings(0, 0, _pageOrientation is null ? 0 : Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0);
        if (degrees == 0)
        {
            var boxes = Detect(image, out var found, cancellationToken);
            var lines = ReadLines(image, boxes, out var read, cancellationToken);
            return new OcrResult(lines, 0, before + found + read);
        }

        var (width, height) = (image.Width, image.Height);
        var page = PageTurn.Upright(image, degrees);
        var upright = Detect(page, out var foundUpright, cancellationToken);
        var turned = ReadLines(page, upright, out var readUpright, cancellationToken);
        return new OcrResult(
            [.. turned.Select(l => l.Map(p => PageTurn.ToSource(p, degrees, width, height)))], degrees, before + foundUpright + readUpright);
    }

    /// <summary>Finds the text boxes of an image in reading order, without reading them.</summary>
    public IReadOnlyList<TextBox> Detect(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default) =>
        ReadingOrder.Sort(_detector.Detect(image, out timings, cancellationToken));

    /// <summary>Reads these boxes of an image, in their order; those without text or below the score are left out.</summary>
    public IReadOnlyList<OcrLine> ReadLines(
        PixelView image, IReadOnlyList<TextBox> boxes, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        timings = default;
        using var mat = image.ToMat();
        var lines = new List<OcrLine>(boxes.Count);
        foreach (var box in boxes)
        {
            var start = Stopwatch.GetTimestamp();
            if (LineCrop.Cut(mat, box.Quad) is not { } crop)
            {
                continue;
            }

            timings += new StageTimings(0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 0);
            var line = ReadLine(crop, ref timings, cancellationToken);
            if (line.Score >= _options.MinScore && !string.IsNullOrWhiteSpace(line.Text))
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _reader.Dispose();
        _lineOrientation?.Dispose();
        _pageOrientation?.Dispose();
    }

    private OcrLine ReadLine(LineCrop crop, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var line = Read(crop, ref timings, cancellationToken);
        if (_lineOrientation is null)
        {
            return line;
        }

        // The classifier errs on short and symmetric lines, and a line turned wrongly is lost: a clearly surer reading overrules it.
        var start = Stopwatch.GetTimestamp();
        var turned = _lineOrientation.Classify(crop.Pixels, cancellationToken);
        timings += new StageTimings(0, 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0);
        if (turned.Degrees != 180 || turned.Score < _options.LineOrientationScore)
        {
            return line;
        }

        var around = Read(crop.TurnAround(), ref timings, cancellationToken);
        return around.Score > line.Score - ClearlySurer ? around : line;
    }

    private OcrLine Read(LineCrop crop, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var line = _reader.Read(crop, out var times, cancellationToken);
        timings += times;
        return line;
    }
}
