using System.Diagnostics;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Orientation;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;
using Mat = OpenCvSharp.Mat;

namespace PPLCNet.Vision.Ocr;

/// <summary>One call of an engine: detect, order, straighten, turn, recognize. Not thread-safe.</summary>
internal sealed class PagePass(OcrModels models, OcrOptions options, CtcBeamOptions? beam, CancellationToken cancellationToken)
{
    private StageTimings _timings;

    /// <summary>The choices of the call.</summary>
    public OcrOptions Options => options;

    /// <summary>Time of cutting, turning and reading lines so far.</summary>
    public StageTimings Timings => _timings;

    /// <summary>Reads an upright page.</summary>
    public OcrResult ReadPage(PixelView page, StageTimings before)
    {
        var found = models.Detector.Detect(page, Options.Detection, cancellationToken);
        var lines = ReadLines(page, ReadingOrder.Sort(found), out var isTurned);
        var notes = OcrNotes.Of(found, Options.Detection ?? models.Detector.Defaults);
        if (isTurned)
        {
            // The boxes were sorted before anybody knew.
            lines = ReadingOrder.Sort(lines, l => l.Quad);
            notes = [.. notes, OcrNotes.OnItsHead];
        }

        return new OcrResult(lines, 0, before + found.Timings + Timings) { Notes = notes };
    }

    /// <summary>Reads these boxes of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="boxes">Its boxes, in the order of the answer.</param>
    /// <param name="isTurned">Whether most lines are upside down.</param>
    public List<OcrLine> ReadLines(PixelView image, IReadOnlyList<TextBox> boxes, out bool isTurned)
    {
        using var mat = image.ToBgrMat();
        var lines = new List<LineReadings>(boxes.Count);
        foreach (var box in boxes)
        {
            if (Cut(mat, box.Quad) is { } crop)
            {
                lines.Add(Read(crop));
            }
        }

        if (Options.LineOrientation)
        {
            ReadBothWays(mat, lines, vertical: false);
            ReadBothWays(mat, lines, vertical: true);
        }

        var (across, down) = (LineTurns.MostAreTurned(lines, vertical: false), LineTurns.MostAreTurned(lines, vertical: true));
        var chosen = new List<OcrLine>(lines.Count);
        var turned = 0;
        foreach (var line in lines)
        {
            var best = LineTurns.Choose(line, line.IsVertical ? down : across);
            if (best.Score >= Options.MinScore && !string.IsNullOrWhiteSpace(best.Text))
            {
                chosen.Add(best);
                turned += ReferenceEquals(best, line.Around) ? 1 : 0;
            }
        }

        isTurned = turned > chosen.Count - turned;
        return chosen;
    }

    private void ReadBothWays(Mat image, List<LineReadings> lines, bool vertical)
    {
        if (!LineTurns.MustReadBothWays(lines, vertical))
        {
            return;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].IsVertical == vertical && lines[i].Around is null && Cut(image, lines[i].Upright.Quad) is { } crop)
            {
                lines[i] = lines[i] with { Around = ReadOnce(crop.TurnAround()) };
            }
        }
    }

    private LineCrop? Cut(Mat image, Quad quad)
    {
        var start = Stopwatch.GetTimestamp();
        var crop = LineCrop.Cut(image, quad);
        _timings += new StageTimings(0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 0);
        return crop;
    }

    private LineReadings Read(LineCrop crop)
    {
        var line = ReadOnce(crop);
        if (!Options.LineOrientation)
        {
            return new LineReadings(line, null, TextFrame.IsVertical(crop.Quad));
        }

        // The classifier errs on short and symmetric lines, and a line turned wrongly is lost: the readings are compared.
        var start = Stopwatch.GetTimestamp();
        var turned = models.LineOrientation.Classify(crop.Pixels, cancellationToken);
        _timings += new StageTimings(0, 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0);
        var doubted = turned.Degrees == 180 && turned.Score >= Options.LineOrientationScore;
        return new LineReadings(line, doubted ? ReadOnce(crop.TurnAround()) : null, TextFrame.IsVertical(crop.Quad));
    }

    private OcrLine ReadOnce(LineCrop crop) => models.Reader.Read(crop, Options.Words, beam, ref _timings, cancellationToken);
}
