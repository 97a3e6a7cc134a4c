using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>
/// Reads images that are one text line each, with words and places. Immutable and safe to share between threads.
/// </summary>
public sealed class LineReader : IDisposable
{
    /// <summary>The recognizer that ships.</summary>
    public const string DefaultModel = TextRecognizer.DefaultModel;

    private readonly TextRecognizer _recognizer;
    private readonly ImageLimits? _limits;
    private volatile KnownLexicon? _lexicon;

    private LineReader(TextRecognizer recognizer, ImageLimits? limits)
    {
        _recognizer = recognizer;
        _limits = limits;
    }

    /// <summary>Loads a recognizer.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest, dictionary.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="ModelFormatException">Model, manifest and dictionary do not fit each other.</exception>
    public static LineReader Load(ModelSource model = default, OcrEngineOptions? options = null)
    {
        options ??= new OcrEngineOptions();
        return new LineReader(TextRecognizer.Load(model, OcrModels.Recognizer(options)), options.ImageLimits);
    }

    /// <summary>Reads an image that is one text line.</summary>
    /// <param name="image">A path, bytes, a stream or pixels.</param>
    /// <param name="options">Words, beam, lexicon.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>A result of one line, also where nothing was read or the score is low.</returns>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="ArgumentException">A text of the lexicon cannot be read with the recognizer's dictionary.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public OcrResult Read(ImageSource image, OcrOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= OcrOptions.Default;
        options.Validate();
        var line = image.Open(out var decode, _limits);
        line = line.Format.HasAlpha() ? line.OnGround() : line;
        var (width, height) = (line.Width, line.Height);
        var read = Recognize(line, BeamFor(options), cancellationToken);
        var place = Place(
            read, Quad.FromRectangle(0, 0, width, height), options.Words, s => Quad.FromRectangle(s.Left * width, 0, s.Right * width, height));
        return new OcrResult([place], 0, read.Timings with { Decode = decode });
    }

    /// <summary>Reads several images of one line each, in their order.</summary>
    /// <inheritdoc cref="Read(ImageSource, OcrOptions, CancellationToken)"/>
    public IReadOnlyList<OcrResult> Read(
        IReadOnlyList<PixelBuffer> images, OcrOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.Select(i => Read(i, options, cancellationToken))];
    }

    /// <summary>Reads many files of one line each, in their order.</summary>
    /// <param name="paths">Taken lazily.</param>
    /// <param name="options">Words, beam, lexicon.</param>
    /// <param name="workers">Images processed concurrently; 0 means one a core.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public IAsyncEnumerable<FileAnswer<OcrResult>> ReadAsync(
        IEnumerable<string> paths, OcrOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        ImagePipeline.RunAsync(paths, (image, stop) => Read(image, options, stop), workers, _limits, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _recognizer.Dispose();

    /// <summary>How these options decode; null for the greedy way. What is made of a lexicon is kept for the next call.</summary>
    /// <exception cref="ArgumentException">A text of the lexicon cannot be read with the recognizer's dictionary.</exception>
    internal CtcBeamOptions? BeamFor(OcrOptions options)
    {
        if (options.Lexicon is not { } texts)
        {
            return options.Beam;
        }

        var known = _lexicon;
        if (known is null || !ReferenceEquals(known.Texts, texts))
        {
            known = new KnownLexicon(texts, Lexicon.Create(texts, _recognizer.Characters));
            _lexicon = known;
        }

        return (options.Beam ?? new CtcBeamOptions()) with { Lexicon = known.Lexicon };
    }

    /// <summary>Reads a line that was cut out of an image; its places are the image's.</summary>
    internal OcrLine Read(LineCrop crop, bool words, CtcBeamOptions? beam, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var (width, height) = (crop.Pixels.Width, crop.Pixels.Height);
        var read = Recognize(crop.Pixels, beam, cancellationToken);
        timings += read.Timings;
        return Place(read, crop.Quad, words, span => crop.ToImage(span.Left * width, 0, span.Right * width, height));
    }

    /// <summary>Reads a line of any length: one that is longer than the network takes is read in overlapping pieces.</summary>
    private RecognizedLine Recognize(PixelView line, CtcBeamOptions? beam, CancellationToken cancellationToken)
    {
        var options = beam is null ? RecognitionOptions.Default : new RecognitionOptions { Beam = beam };

        // With a lexicon the whole line must be one of its texts, so it is squeezed instead.
        var longest = beam?.Lexicon is null ? (int)Math.Min(_recognizer.LongestRatio * line.Height, int.MaxValue) : int.MaxValue;
        if (line.Width <= Math.Max(1, longest))
        {
            return _recognizer.Recognize(line, options, cancellationToken);
        }

        var timings = default(StageTimings);
        var whole = default(RecognizedLine);
        foreach (var (start, width) in LongLine.Cut(line.Width, longest))
        {
            var piece = _recognizer.Recognize(line.Crop(start, 0, width, line.Height), options, cancellationToken);
            timings += piece.Timings;
            whole = whole is null ? piece : LongLine.Join(whole, piece, start * piece.Columns / width);
        }

        return whole!.WithTimings(timings);
    }

    private static OcrLine Place(RecognizedLine read, Quad quad, bool words, Func<WordSpan, Quad> placeOf) => new(
        read.Text,
        read.Score,
        quad,
        words ? [.. WordSpans.Cut(read).Select(w => new OcrWord(w.Text, w.Score, placeOf(w)))] : []);

    private sealed record KnownLexicon(IReadOnlyList<string> Texts, Lexicon Lexicon);
}
