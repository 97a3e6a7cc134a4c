using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>Finds the polygons of an image, with texts or, where only places count, without. Thread-safe.</summary>
internal sealed class OcrReader : IDisposable
{
    private readonly OcrEngine? _engine;
    private readonly TextDetector? _detector;

    /// <summary>Loads what is needed: words need the recognizer, whose columns say where they end.</summary>
    public OcrReader(ParseResult parse, OcrFlags flags, string model, RuntimeOptions runtime, bool findsOnly)
    {
        var options = flags.Read(parse, model);
        if (findsOnly && !options.Words)
        {
            _detector = flags.LoadDetector(parse, model, runtime);
        }
        else
        {
            _engine = OcrEngine.Load(model, flags.Load(parse, model, runtime), options);
        }
    }

    /// <summary>Reads an image.</summary>
    public IReadOnlyList<TextPolygon> Read(PixelBuffer image, CancellationToken cancellationToken) => _engine is null
        ? [.. _detector!.Detect(image, null, cancellationToken).Select(b => new TextPolygon(b.Quad.ToArray(), ""))]
        : [.. _engine.Read(image, null, cancellationToken).Lines.SelectMany(l => l.Words.Count > 0
            ? l.Words.Select(w => new TextPolygon(w.Quad.ToArray(), w.Text))
            : [new TextPolygon(l.Quad.ToArray(), l.Text)])];
    public void Dispose()
    {
        _engine?.Dispose();
        _detector?.Dispose();
    }
}
