using PPLCNet.Vision.Ocr.Orientation;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>
/// The models of an engine, shared by its views and freed with the last of them. Orientation models are loaded when a call
/// first asks for them. Thread-safe.
/// </summary>
internal sealed class OcrModels : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<OrientationClassifier> _loadLine;
    private readonly Func<OrientationClassifier> _loadPage;
    private OrientationClassifier? _line;
    private OrientationClassifier? _page;
    private int _owners = 1;

    /// <summary>Takes over detector and reader.</summary>
    public OcrModels(
        TextDetector detector, LineReader reader, Func<OrientationClassifier> loadLine, Func<OrientationClassifier> loadPage)
    {
        Detector = detector;
        Reader = reader;
        _loadLine = loadLine;
        _loadPage = loadPage;
    }

    public TextDetector Detector { get; }

    public LineReader Reader { get; }

    /// <summary>Tells which lines are upside down.</summary>
    /// <exception cref="ModelNotFoundException">The model is not here.</exception>
    public OrientationClassifier LineOrientation => Get(ref _line, _loadLine);

    /// <summary>Tells how a page is turned.</summary>
    /// <exception cref="ModelNotFoundException">The model is not here.</exception>
    public OrientationClassifier PageOrientation => Get(ref _page, _loadPage);

    /// <summary>How the recognizer of an engine is loaded.</summary>
    public static TextRecognizerOptions Recognizer(OcrEngineOptions options) => new()
    {
        Runtime = options.Runtime,
        Catalog = options.Catalog,
        Kinds = options.Kinds,
        Manifest = options.Manifest,
        ImageLimits = options.ImageLimits,
        Dictionary = options.Dictionary,
    };

    /// <summary>One more owner.</summary>
    /// <exception cref="ObjectDisposedException">No owner is left.</exception>
    public OcrModels Share()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_owners == 0, typeof(OcrEngine));
            _owners++;
            return this;
        }
    }

    /// <summary>One owner less; the models end with the last.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_owners == 0 || --_owners > 0)
            {
                return;
            }

            Detector.Dispose();
            Reader.Dispose();
            _line?.Dispose();
            _page?.Dispose();
        }
    }

    private OrientationClassifier Get(ref OrientationClassifier? model, Func<OrientationClassifier> load)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_owners == 0, typeof(OcrEngine));
            return model ??= load();
        }
    }
}
