using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>Reads images that are one text line each, with words and places. Immutable and safe to share between threads.</summary>
public sealed class LineReader : IDisposable
{
    private readonly TextRecognizer _recognizer;
    private readonly CtcBeamOptions? _beam;
    private readonly bool _words;

    private LineReader(TextRecognizer recognizer, OcrOptions options)
    {
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
            return new LineReader(recognizer, options);
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
        var (width, height) = (line.Width, line.Height);
        var read = _recognizer.Recognize(line, out timings, _beam, cancellationToken);
        return Place(read, Quad.FromRectangle(0, 0, width, height), span => Quad.FromRectangle(span.Left * width, 0, span.Right * width, height));
    }

    /// <inheritdoc/>
    public void Dispose() => _recognizer.Dispose();

    /// <summary>Reads a line that was cut out of an image; its places are the image's.</summary>
    internal OcrLine Read(LineCrop crop, out StageTimings timings, CancellationToken cancellationToken)
    {
        var (width, height) = (crop.Pixels.Width, crop.Pixels.Height);
        var read = _recognizer.Recognize(crop.Pixels, out timings, _beam, cancellationToken);
        return Place(read, crop.Quad, span => crop.ToImage(span.Left * width, 0, span.Right * width, height));
    }

    private OcrLine Place(RecognizedLine read, Quad quad, Func<WordSpan, Quad> placeOf) => new(
        read.Text,
        read.Score,
        quad,
        _words ? [.. WordSpans.Cut(read).Select(w => new OcrWord(w.Text, w.Score, placeOf(w)))] : []);
}
