using System.Diagnostics;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Orientation;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;
using Mat = OpenCvSharp.Mat;

namespace PPLCNet.Vision.Ocr;

/// <summary>
/// Reads the text of an image: detect, order, straighten, turn, recognise (PP-OCR). Immutable and safe to share between threads;
/// several images at once need no lock.
/// </summary>
public sealed class OcrEngine : IDisposable
{
    /// <summary>The model pair that serves a new user best.</summary>
    public const string DefaultModel = "ppocr-v6-small";

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
        image = image.Format.HasAlpha() ? image.OnGround() : image;
        var start = Stopwatch.GetTimestamp();
        var degrees = _pageOrientation?.Classify(image, cancellationToken).Degrees ?? 0;
        var before = new StageTimings(0, 0, _pageOrientation is null ? 0 : Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0);
        if (degrees == 0)
        {
            return ReadPage(image, before, cancellationToken);
        }

        var (width, height) = (image.Width, image.Height);
        var upright = ReadPage(PageTurn.Upright(image, degrees), before, cancellationToken);
        return upright with
        {
            Lines = [.. upright.Lines.Select(l => l.Map(p => PageTurn.ToSource(p, degrees, width, height)))],
            PageTurn = degrees,
        };
    }

    /// <summary>Finds the text boxes of an image in reading order, without reading them.</summary>
    public IReadOnlyList<TextBox> Detect(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default) =>
        ReadingOrder.Sort(_detector.Detect(image, out timings, cancellationToken));

    /// <summary>
    /// Reads these boxes of an image, in their order; those without text or below the score are left out. Lines of the same
    /// image
    /// belong into one call, for they decide together which of them stand on their head.
    /// </summary>
    public IReadOnlyList<OcrLine> ReadLines(
        PixelView image, IReadOnlyList<TextBox> boxes, out StageTimings timings, CancellationToken cancellationToken = default) =>
        ReadLines(image, boxes, out timings, out _, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _reader.Dispose();
        _lineOrientation?.Dispose();
        _pageOrientation?.Dispose();
    }

    private OcrResult ReadPage(PixelView page, StageTimings before, CancellationToken cancellationToken)
    {
        var found = _detector.Find(page, cancellationToken);
        var lines = ReadLines(page, ReadingOrder.Sort(found.Boxes), out var read, out var isTurned, cancellationToken);
        var notes = OcrNotes.Of(found, _detector.Settings);
        if (isTurned)
        {
            // The boxes were sorted before anybody knew.
            lines = ReadingOrder.Sort(lines, l => l.Quad);
            notes = [.. notes, OcrNotes.OnItsHead];
        }

        return new OcrResult(lines, 0, before + found.Timings + read) { Notes = notes };
    }

    private List<OcrLine> ReadLines(
        PixelView image,
        IReadOnlyList<TextBox> boxes,
        out StageTimings timings,
        out bool isTurned,
        CancellationToken cancellationToken)
    {
        timings = default;
        using var mat = image.ToBgrMat();
        var lines = new List<LineReadings>(boxes.Count);
        foreach (var box in boxes)
        {
            if (Cut(mat, box.Quad, ref timings) is { } crop)
            {
                lines.Add(Read(crop, ref timings, cancellationToken));
            }
        }

        if (_lineOrientation is not null)
        {
            ReadBothWays(mat, lines, vertical: false, ref timings, cancellationToken);
            ReadBothWays(mat, lines, vertical: true, ref timings, cancellationToken);
        }

        var (across, down) = (LineTurns.MostAreTurned(lines, vertical: false), LineTurns.MostAreTurned(lines, vertical: true));
        var chosen = new List<OcrLine>(lines.Count);
        var turned = 0;
        foreach (var line in lines)
        {
            var best = LineTurns.Choose(line, line.IsVertical ? down : across);
            if (best.Score >= _options.MinScore && !string.IsNullOrWhiteSpace(best.Text))
            {
                chosen.Add(best);
                turned += ReferenceEquals(best, line.Around) ? 1 : 0;
            }
        }

        isTurned = turned > chosen.Count - turned;
        return chosen;
    }

    private void ReadBothWays(
        Mat image, List<LineReadings> lines, bool vertical, ref StageTimings timings, CancellationToken cancellationToken)
    {
        if (!LineTurns.MustReadBothWays(lines, vertical))
        {
            return;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.IsVertical == vertical && line.Around is null && Cut(image, line.Upright.Quad, ref timings) is { } crop)
            {
                lines[i] = line with { Around = ReadOnce(crop.TurnAround(), ref timings, cancellationToken) };
            }
        }
    }

    private static LineCrop? Cut(Mat image, Quad quad, ref StageTimings timings)
    {
        var start = Stopwatch.GetTimestamp();
        var crop = LineCrop.Cut(image, quad);
        timings += new StageTimings(0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 0);
        return crop;
    }

    private LineReadings Read(LineCrop crop, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var line = ReadOnce(crop, ref timings, cancellationToken);
        if (_lineOrientation is null)
        {
            return new LineReadings(line, null, TextFrame.IsVertical(crop.Quad));
        }

        // The classifier errs on short and symmetric lines, and a line turned wrongly is lost: the readings are compared.
        var start = Stopwatch.GetTimestamp();
        var turned = _lineOrientation.Classify(crop.Pixels, cancellationToken);
        timings += new StageTimings(0, 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0);
        var doubted = turned.Degrees == 180 && turned.Score >= _options.LineOrientationScore;
        var around = doubted ? ReadOnce(crop.TurnAround(), ref timings, cancellationToken) : null;
        return new LineReadings(line, around, TextFrame.IsVertical(crop.Quad));
    }

    private OcrLine ReadOnce(LineCrop crop, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var line = _reader.Read(crop, out var times, cancellationToken);
        timings += times;
        return line;
    }
}
