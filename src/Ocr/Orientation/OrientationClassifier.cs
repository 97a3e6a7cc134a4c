using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Ocr.Orientation;

/// <summary>How far a page or line is turned clockwise, and how sure that is.</summary>
/// <param name="Degrees">0, 90, 180 or 270.</param>
/// <param name="Score">Probability, 0 to 1.</param>
public readonly record struct TurnedBy(int Degrees, float Score);

/// <summary>Tells how far a page (0, 90, 180, 270) or a text line (0, 180) is turned. Immutable and safe to share between threads.</summary>
public sealed class OrientationClassifier : IDisposable
{
    private readonly Classifier _classifier;
    private static readonly ClassificationOptions _best = new() { Top = 1 };
    private readonly int[] _degrees;

    private OrientationClassifier(Classifier classifier, int[] degrees)
    {
        _classifier = classifier;
        _degrees = degrees;
    }

    /// <summary>Loads a classifier by name or path, for example <c>pplcnet-x1.0-doc-ori</c> or <c>ppocr-cls-v2</c>.</summary>
    /// <exception cref="ModelFormatException">No such model, or its labels are no angles, or it does not fit.</exception>
    public static OrientationClassifier Load(string nameOrPath, RuntimeOptions? runtime = null)
    {
        var file = ModelCatalog.Default.Find(nameOrPath);
        var labels = file.ReadLabels();
        return labels.Count > 0 && labels.All(l => l is "0" or "90" or "180" or "270")
            ? new OrientationClassifier(Classifier.Load(file, new ModelOptions { Runtime = runtime ?? RuntimeOptions.Default }), [.. labels.Select(int.Parse)])
            : throw new ModelFormatException(file.Manifest.Name, "the labels 0, 90, 180, 270", string.Join(", ", labels));
    }

    /// <summary>Classifies one page or line.</summary>
    public TurnedBy Classify(PixelView image, CancellationToken cancellationToken = default)
    {
        var best = _classifier.Classify(image, _best, cancellationToken)[0];
        return new TurnedBy(_degrees[best.ClassId], best.Score);
    }

    /// <inheritdoc/>
    public void Dispose() => _classifier.Dispose();
}
