using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.Orientation;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>
/// Reads the text of an image: detect, order, straighten, turn, recognize (PP-OCR). Immutable and safe to share between threads;
/// several images at once need no lock.
/// </summary>
public sealed class OcrEngine : IDisposable
{
    /// <summary>The model pair that serves a new user best.</summary>
    public const string DefaultModel = "ppocr-v6-small";

    private readonly OcrModels _models;
    private readonly OcrEngineOptions _load;
    private bool _disposed;

    private OcrEngine(OcrModels models, OcrEngineOptions load, OcrOptions defaults)
    {
        _models = models;
        _load = load;
        Defaults = defaults;
    }

    /// <summary>What a call without options does.</summary>
    public OcrOptions Defaults { get; }

    /// <summary>The detector's own constants, to change for a call.</summary>
    internal TextDetectionSettings DetectionSettings => _models.Detector.Defaults;

    /// <summary>At which size the detector looks at an image.</summary>
    internal SizeRule DetectionSize => _models.Detector.Size;

    /// <summary>Loads a pair of detector and recognizer by its name.</summary>
    /// <param name="name">
    /// <c>ppocr-v6-small</c>, <c>ppocr-v6-tiny</c> or <c>ppocr-v4</c>; or two models joined by a plus sign,
    /// for example <c>ppocr-v4-det+ppocr-v6-small-rec</c>.
    /// </param>
    /// <param name="options">Threads, catalog, dictionary, orientation models.</param>
    /// <param name="defaults">What a call without options does; the orientation models that it asks for are loaded at
    /// once.</param>
    /// <exception cref="ModelNotFoundException">A model is missing.</exception>
    /// <exception cref="ModelFormatException">A model does not fit its manifest.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or a text of the lexicon cannot be read with the
    /// recognizer's dictionary.</exception>
    public static OcrEngine Load(string name = DefaultModel, OcrEngineOptions? options = null, OcrOptions? defaults = null)
    {
        options ??= new OcrEngineOptions();
        var parts = OcrModelParts.Of(name, options.Catalog);
        var detector = TextDetector.Load(parts.NeedDetector(), Part(options) with { Preprocess = options.DetectionPreprocess });
        return Loading.Bind(
            detector,
            d => Create(d, LineReader.Load(parts.NeedRecognizer(), options), parts, options, defaults ?? OcrOptions.Default));
    }

    /// <summary>Joins a detector and a reader of your own, for example from streams; the engine takes them over.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static OcrEngine Create(
        TextDetector detector, LineReader reader, OcrEngineOptions? options = null, OcrOptions? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(reader);
        return Create(detector, reader, OcrModelParts.Defaults, options ?? new OcrEngineOptions(), defaults ?? OcrOptions.Default);
    }

    /// <summary>The same engine with other defaults; it shares the models, and each of the two is disposed on its own.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or a text of the lexicon cannot be read.</exception>
    public OcrEngine With(OcrOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        defaults.Validate();
        _ = _models.Reader.BeamFor(defaults);
        return new OcrEngine(_models.Share(), _load, defaults);
    }

    /// <summary>
    /// Reads an image, or with <see cref="PixelView.Crop"/> a part of one (see <see cref="OcrResult.MovedBy"/>).
    /// </summary>
    /// <param name="image">A path, bytes, a stream or pixels.</param>
    /// <param name="options">Scores, words, orientation; null takes <see cref="Defaults"/>.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or a text of the lexicon cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public OcrResult Read(ImageSource image, OcrOptions? options = null, CancellationToken cancellationToken = default)
    {
        var pass = Begin(options, cancellationToken);
        var pixels = image.Open(out var decode, _load.ImageLimits);
        pixels = pixels.Format.HasAlpha() ? pixels.OnGround() : pixels;
        var start = Stopwatch.GetTimestamp();
        var degrees = pass.Options.PageOrientation ? _models.PageOrientation.Classify(pixels, cancellationToken).Degrees : 0;
        var before = new StageTimings(
            decode, 0, pass.Options.PageOrientation ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : 0, 0);
        if (degrees == 0)
        {
            return pass.ReadPage(pixels, before);
        }

        var (width, height) = (pixels.Width, pixels.Height);
        var upright = pass.ReadPage(PageTurn.Upright(pixels, degrees), before);
        return upright with
        {
            Lines = [.. upright.Lines.Select(l => l.Map(p => PageTurn.ToSource(p, degrees, width, height)))],
            PageTurn = degrees,
        };
    }

    /// <summary>Reads several images, in their order.</summary>
    /// <inheritdoc cref="Read(ImageSource, OcrOptions, CancellationToken)"/>
    public IReadOnlyList<OcrResult> Read(
        IReadOnlyList<PixelBuffer> images, OcrOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.Select(i => Read(i, options, cancellationToken))];
    }

    /// <summary>Reads many files, in their order; memory stays bounded.</summary>
    /// <param name="paths">Taken lazily; <see cref="ImagePipeline.Files"/> lists a folder.</param>
    /// <param name="options">Scores, words, orientation; null takes <see cref="Defaults"/>.</param>
    /// <param name="workers">Images processed concurrently; 0 means one a core.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public IAsyncEnumerable<FileAnswer<OcrResult>> ReadAsync(
        IEnumerable<string> paths, OcrOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        ImagePipeline.RunAsync(paths, (image, stop) => Read(image, options, stop), workers, _load.ImageLimits, cancellationToken);

    /// <summary>Finds the text boxes of an image in reading order, without reading them.</summary>
    /// <inheritdoc cref="Read(ImageSource, OcrOptions, CancellationToken)"/>
    public TextBoxes Detect(ImageSource image, OcrOptions? options = null, CancellationToken cancellationToken = default)
    {
        var found = _models.Detector.Detect(image, (options ?? Defaults).Detection, cancellationToken);
        return new TextBoxes(ReadingOrder.Sort(found), found.IsCut).WithTimings(found.Timings);
    }

    /// <summary>
    /// Reads these boxes of an image, in their order; those without text or below the score are left out. Lines of the same image
    /// belong into one call, for they decide together which of them are upside down.
    /// </summary>
    /// <inheritdoc cref="Read(ImageSource, OcrOptions, CancellationToken)"/>
    public OcrResult ReadLines(
        ImageSource image, IReadOnlyList<TextBox> boxes, OcrOptions? options = null, CancellationToken cancellationToken = default)
    {
        var pass = Begin(options, cancellationToken);
        var pixels = image.Open(out var decode, _load.ImageLimits);
        var lines = pass.ReadLines(pixels, boxes, out _);
        return new OcrResult(lines, 0, pass.Timings with { Decode = decode });
    }

    /// <summary>Frees the models once the last view is gone. Calls that are under way finish; new ones are refused.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            _models.Dispose();
        }
    }

    private static OcrEngine Create(
        TextDetector detector, LineReader reader, OcrModelParts parts, OcrEngineOptions options, OcrOptions defaults)
    {
        var models = new OcrModels(
            detector,
            reader,
            () => OrientationClassifier.Load(options.LineOrientationModel ?? parts.LineOrientation, Part(options)),
            () => OrientationClassifier.Load(options.PageOrientationModel ?? parts.PageOrientation, Part(options)));
        return Loading.Bind(models, m =>
        {
            defaults.Validate();
            _ = m.Reader.BeamFor(defaults);
            _ = defaults.LineOrientation ? m.LineOrientation : null;
            _ = defaults.PageOrientation ? m.PageOrientation : null;
            return new OcrEngine(m, options, defaults);
        });
    }

    private static ModelOptions Part(OcrEngineOptions options) => new()
    {
        Runtime = options.Runtime,
        Catalog = options.Catalog,
        Kinds = options.Kinds,
        ImageLimits = options.ImageLimits,
    };

    private PagePass Begin(OcrOptions? options, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        options ??= Defaults;
        options.Validate();
        return new PagePass(_models, options, _models.Reader.BeamFor(options), cancellationToken);
    }
}
