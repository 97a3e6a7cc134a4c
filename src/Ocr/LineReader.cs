using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Ocr;

/// <summary>Reads images that are one text line each, with words and places. Immutable and safe to share between threads.</summary>
public sealed class LineReader : IDisposable
{
    private readonly TextRecognizer _recognizer;
    private readonly CtcBeamOptions? _beam;
    private readonly bool _words;

    // Width over height from which a line is wider than the network takes.
    private readonly float _longestRatio;

    private LineReader(TextRecognizer recognizer, OcrOptions options, float longestRatio)
    {
        _longestRatio = longestRatio;
        _recognizer = recognizer;
        _beam = options.BeamFor(recognizer.Characters);
        _words = options.Words;
    }

    /// <summary>Loads a recogniser by name or path.</summary>
    /// <exception cref="ModelFormatException">No such model, or it does not fit.</exception>
    /// <exception cref="ArgumentException">A text of the lexicon cannot be read with the recogniser's dictionary.</exception>
    public static LineReader Load(string nameOrPath, OcrOptions? options = null)
    {
        options ??= new OcrOptions();
        var recognizer = TextRecognizer.Load(nameOrPath, options.Runtime, options.Dictionary);
        try
        {
            var rule = (FixedHeightRule)ModelCatalog.Default.Find(nameOrPath).Manifest.Preprocess!.Size;
            return new LineReader(recognizer, options, (float)rule.MaxWidth / rule.Height);
        }
        catch
        {
            recognizer.Dispose();
            throw;
        }
    }

    /// <summary>Reads an image that is one text line.</summary>
    /// <returns>The line, also where nothing was read or the score is low.</returns>
    public OcrLine Read(PixelView line, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        line = line.Format.HasAlpha() ? line.OnGround() : line;
        var (width, height) = (line.Width, line.Height);
        var read = Recognize(line, out timings, cancellationToken);
        return Place(read, Quad.FromRectangle(0, 0, width, height), span => Quad.FromRectangle(span.Left * width, 0, span.Right * width, height));
    }

    /// <inheritdoc/>
    public void Dispose() => _recognizer.Dispose();

    /// <summary>Reads a line that was cut out of an image; its places are the image's.</summary>
    internal OcrLine Read(LineCrop crop, out StageTimings timings, CancellationToken cancellationToken)
    {
        var (width, height) = (crop.Pixels.Width, crop.Pixels.Height);
        var read = Recognize(crop.Pixels, out timings, cancellationToken);
        return Place(read, crop.Quad, span => crop.ToImage(span.Left * width, 0, span.Right * width, height));
    }

    /// <summary>Reads a line of any length: one that is longer than the network takes is read in overlapping pieces.</summary>
    private RecognizedLine Recognize(PixelView line, out StageTimings timings, CancellationToken cancellationToken)
    {
        // With a lexicon the whole line must be one of its texts, so it is squeezed instead.
        var longest = _beam?.Lexicon is null ? (int)(_longestRatio * line.Height) : int.MaxValue;
        if (line.Width <= Math.Max(1, longest))
        {
            return _recognizer.Recognize(line, out timings, _beam, cancellationToken);
        }

        timings = default;
        var whole = default(RecognizedLine);
        foreach (var (start, width) in LongLine.Cut(line.Width, longest))
        {
            var piece = _recognizer.Recognize(line.Crop(start, 0, width, line.Height), out var times, _beam, cancellationToken);
            timings += times;
            whole = whole is null ? piece : LongLine.Join(whole, piece, start * piece.Columns / width);
        }

        return whole!;
    }

    private OcrLine Place(RecognizedLine read, Quad quad, Func<WordSpan, Quad> placeOf) => new(
        read.Text,
        read.Score,
        quad,
        _words ? [.. WordSpans.Cut(read).Select(w => new OcrWord(w.Text, w.Score, placeOf(w)))] : []);
}
