using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Attributes;

namespace PPLCNet.Vision.Analysis;

/// <summary>
/// Finds persons or vehicles and tells the attributes of each: a detector, and a recognizer on what it found. Without a
/// detector the image is one person or vehicle. Immutable and safe to share between threads; it owns both models.
/// </summary>
public sealed class AttributeAnalyzer : IDisposable
{
    // The classes of COCO and of the official detectors whose boxes such a recognizer was trained on.
    private static readonly string[] _persons = ["person", "pedestrian"];
    private static readonly string[] _vehicles = ["car", "bus", "truck", "vehicle"];

    private readonly AttributeRecognizer _recognizer;
    private readonly IObjectDetector? _detector;
    private readonly ModelOptions _options;
    private readonly IReadOnlyList<string> _classes;

    private AttributeAnalyzer(AttributeRecognizer recognizer, IObjectDetector? detector, ModelOptions options)
    {
        (_recognizer, _detector, _options) = (recognizer, detector, options);
        Subject = SubjectOf(recognizer);
        var wanted = Subject == "vehicle" ? _vehicles : _persons;
        _classes = detector is null ? [] : [.. detector.Labels.Where(l => wanted.Contains(l, StringComparer.OrdinalIgnoreCase))];
        if (detector is not null && (_classes.Count == 0 || Subject is not ("person" or "vehicle")))
        {
            throw new ModelFormatException(
                detector.Name,
                $"a detector of what '{recognizer.Name}' knows ({Subject}): a class among {string.Join(", ", wanted)}",
                        $"{detector.Labels.Count} others");
        }
    }

    /// <summary>What the attributes are of: <c>person</c>, <c>vehicle</c>, <c>table</c> or <c>labels</c>.</summary>
    public string Subject { get; }

    /// <summary>Loads both models.</summary>
    /// <param name="recognizer">The model of attributes; <c>default</c> is <see cref="AttributeRecognizer.DefaultModel"/>.</param>
    /// <param name="detector">The detector; null where the whole image is one person, vehicle or table.</param>
    /// <param name="options">Threads, catalog.</param>
    /// <exception cref="ModelNotFoundException">A model was not found.</exception>
    /// <exception cref="ModelFormatException">A model does not fit its manifest, or the detector finds other things.</exception>
    public static AttributeAnalyzer Load(
        ModelSource recognizer = default, string? detector = Detector.DefaultModel, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        var attributes = AttributeRecognizer.Load(recognizer, options);
        Detector? finder = null;
        try
        {
            finder = detector is null ? null : Detector.Load(detector, options);
            return new AttributeAnalyzer(attributes, finder, options);
        }
        catch
        {
            finder?.Dispose();
            attributes.Dispose();
            throw;
        }
    }

    /// <summary>Finds the persons or vehicles of an image and their attributes, best score first.</summary>
    /// <param name="image">A path, bytes, a stream or pixels.</param>
    /// <param name="options">Thresholds; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public AttributeAnalysis Analyze(
        ImageSource image, AttributeAnalysisOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= AttributeAnalysisOptions.Default;
        options.Validate();
        var pixels = image.Open(out var decode, _options.ImageLimits).ToBuffer();
        var (found, timings) = Find(pixels, options, cancellationToken);
        var crops = found.Select(o => (Object: o, Box: Inside(o.Box, pixels.Width, pixels.Height)))
            .Where(c => c.Box.W > 0 && c.Box.H > 0).ToList();
        var attributes = _recognizer.Recognize(
            [.. crops.Select(c => pixels.View.Crop(c.Box.X, c.Box.Y, c.Box.W, c.Box.H).ToBuffer())], options.Attributes,
            cancellationToken);
        return new AttributeAnalysis(
            [.. crops.Zip(attributes, (c, a) => new AttributedObject(c.Object, a))],
            attributes.Aggregate(timings, (sum, a) => sum + a.Timings) with { Decode = decode });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector?.Dispose();
        _recognizer.Dispose();
    }

    private (IReadOnlyList<DetectedObject> Found, StageTimings Timings) Find(
        PixelBuffer pixels, AttributeAnalysisOptions options, CancellationToken cancellationToken)
    {
        if (_detector is null)
        {
            return ([new DetectedObject(0, Subject, 1, new Box(0, 0, pixels.Width, pixels.Height))], default);
        }

        var found = _detector.Detect(
            pixels, new DetectionOptions { Classes = _classes, ScoreThreshold = options.Score }, cancellationToken);
        return ([.. found], found.Timings);
    }

    /// <summary>Every pixel that the box touches.</summary>
    private static (int X, int Y, int W, int H) Inside(Box box, int width, int height)
    {
        var clipped = box.Clip(width, height);
        var (x, y) = ((int)MathF.Floor(clipped.X0), (int)MathF.Floor(clipped.Y0));
        return (x, y, Math.Min(width, (int)MathF.Ceiling(clipped.X1)) - x, Math.Min(height, (int)MathF.Ceiling(clipped.Y1)) - y);
    }

    /// <summary>A model that names each label by itself is told by its labels.</summary>
    private static string SubjectOf(AttributeRecognizer recognizer) =>
        recognizer.Rule != "labels" ? recognizer.Rule
        : recognizer.Labels.Contains("Female") ? "person"
        : recognizer.Labels.Contains("sedan") ? "vehicle"
        : recognizer.Rule;
}
