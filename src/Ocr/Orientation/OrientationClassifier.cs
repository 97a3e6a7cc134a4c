using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Ocr.Orientation;

/// <summary>How far a page or line is turned clockwise, and how sure that is.</summary>
/// <param name="Degrees">0, 90, 180 or 270.</param>
/// <param name="Score">Probability, 0 to 1.</param>
public readonly record struct TurnedBy(int Degrees, float Score);

/// <summary>
/// Tells how far a page (0, 90, 180, 270) or a text line (0, 180) is turned. Immutable and safe to share between threads.
/// </summary>
public sealed class OrientationClassifier : IDisposable
{
    /// <summary>The classifier that ships for pages.</summary>
    public const string DefaultModel = "pplcnet-x1.0-doc-ori";

    private static readonly ClassificationOptions _best = new() { Top = 1 };

    private readonly Classifier _classifier;
    private readonly int[] _degrees;

    private OrientationClassifier(Classifier classifier, int[] degrees)
    {
        _classifier = classifier;
        _degrees = degrees;
    }

    /// <summary>Loads a classifier, for example <c>pplcnet-x1.0-doc-ori</c> or <c>ppocr-cls-v2</c>.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="ModelFormatException">Its labels are not angles, or it does not fit its manifest.</exception>
    public static OrientationClassifier Load(ModelSource model = default, ModelOptions? options = null)
    {
        var file = model.Find(DefaultModel, options ?? new ModelOptions(), "orientation");
        var labels = file.ReadLabels();
        return labels.Count > 0 && labels.All(l => l is "0" or "90" or "180" or "270")
            ? new OrientationClassifier(Classifier.Load(file, options), [.. labels.Select(int.Parse)])
            : throw new ModelFormatException(file.Manifest.Name, "the labels 0, 90, 180, 270", string.Join(", ", labels));
    }

    /// <summary>Classifies one page or line.</summary>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TurnedBy Classify(ImageSource image, CancellationToken cancellationToken = default) =>
        Turn(_classifier.Classify(image, _best, cancellationToken));

    /// <summary>Classifies several pages or lines, in their order.</summary>
    /// <inheritdoc cref="Classify(ImageSource, CancellationToken)"/>
    public IReadOnlyList<TurnedBy> Classify(IReadOnlyList<PixelBuffer> images, CancellationToken cancellationToken = default) =>
        [.. _classifier.Classify(images, _best, cancellationToken).Select(Turn)];

    /// <inheritdoc/>
    public void Dispose() => _classifier.Dispose();

    private TurnedBy Turn(ClassificationResult result) => new(_degrees[result[0].ClassId], result[0].Score);
}
