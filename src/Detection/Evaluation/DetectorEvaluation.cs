using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Images;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection.Evaluation;

/// <summary>
/// A detector against COCO truth: collects detections image by image and evaluates them. Images that cannot be read are
/// counted and left out of the figures. Not thread-safe.
/// </summary>
/// <example><code>
/// using var detector = Detector.Load().With(new DetectionOptions { ScoreThreshold = 0.025f });
/// var evaluation = new DetectorEvaluation(detector, CocoGroundTruth.Load("instances.json"));
/// await evaluation.AddFolderAsync("images");
/// Console.WriteLine(evaluation.Evaluate().Summary.AP);
/// </code></example>
public sealed class DetectorEvaluation
{
    private readonly IObjectDetector _detector;
    private readonly CocoGroundTruth _truth;
    private readonly CategoryPairs _pairs;
    private readonly List<(CocoImage Image, Detections Detections)> _found = [];
    private readonly List<(CocoImage Image, Exception Error)> _failures = [];
    private readonly HashSet<int> _positions = [];
    private readonly CocoSizeCheck _sizes = new();

    /// <summary>Pairs the classes of the detector with the categories of the truth.</summary>
    /// <param name="detector">The detector, which belongs to the caller. Average precision wants low thresholds.</param>
    /// <param name="truth">The truth.</param>
    /// <exception cref="DataFormatException">No category of the truth is a class of the detector.</exception>
    public DetectorEvaluation(IObjectDetector detector, CocoGroundTruth truth)
    {
        _pairs = CategoryPairs.Of(detector, truth);
        _detector = detector;
        _truth = truth;
    }

    /// <summary>The category of the truth that each class of the detector is.</summary>
    internal CategoryPairs Pairs => _pairs;

    /// <summary>Images with their detections, in the order in which they were added.</summary>
    public IReadOnlyList<(CocoImage Image, Detections Detections)> Found => _found;

    /// <summary>Images without detections, and why there are none.</summary>
    public IReadOnlyList<(CocoImage Image, Exception Error)> Failures => _failures;

    /// <summary>Sums of the times of each stage.</summary>
    public StageTimings Timings { get; private set; }

    /// <summary>Adds what was found in an image of the truth.</summary>
    /// <param name="image">The image.</param>
    /// <param name="width">Width of the image that was read, in pixels.</param>
    /// <param name="height">Height of the image that was read, in pixels.</param>
    /// <param name="detections">What the detector found.</param>
    public void Add(CocoImage image, int width, int height, Detections detections)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(detections);
        _positions.Add(_truth.ImagePosition(image.Id));
        _found.Add((image, detections));
        _sizes.Add(image, width, height);
        Timings += detections.Timings;
    }

    /// <summary>Adds an image that could not be read; the figures are those of the others.</summary>
    public void AddFailure(CocoImage image, Exception error) => _failures.Add((image, error));

    /// <summary>Adds what <see cref="Detect"/> answered.</summary>
    internal void Add(CocoImageAnswer answer)
    {
        if (answer.Detections is { } detections)
        {
            Add(answer.Image, answer.Width, answer.Height, detections);
        }
        else
        {
            AddFailure(answer.Image, answer.Error!);
        }
    }

    /// <summary>Detects on every image of the truth.</summary>
    /// <param name="folder">Where the files of the truth are.</param>
    /// <param name="workers">Images processed concurrently; 0 means one a core.</param>
    /// <param name="progress">Receives the number of images that are finished.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task AddFolderAsync(
        string folder, int workers = 0, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var done = 0;
        var answers = OrderedPipeline.RunAsync(
            _truth.Images, workers, (image, stop) => Detect(folder, image, stop), default, cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            Add(answer);
            progress?.Report(++done);
        }
    }

    /// <summary>
    /// The detections as results with the ids of the truth; those of classes that the truth does not have are left out.
    /// </summary>
    public CocoResults ToResults()
    {
        var results = new CocoResults(_detector.Name);
        foreach (var (image, detections) in _found)
        {
            for (var i = 0; i < detections.Count; i++)
            {
                if (_pairs.OfClass[detections.ClassIds[i]] is { } category)
                {
                    var box = detections.Boxes[i];
                    results.Add(image.Id, category.Id, CocoBox.FromCorners(box.X0, box.Y0, box.X1, box.Y1), detections.Scores[i]);
                }
            }
        }

        return results;
    }

    /// <summary>Evaluates the images that were added.</summary>
    /// <param name="options">Overlaps, limits, areas; null takes those of COCO.</param>
    /// <exception cref="DataFormatException">There were images, and none of them could be read.</exception>
    public CocoEvaluation Evaluate(CocoEvaluationOptions? options = null) => Score(options).Evaluation;

    /// <summary>Evaluates the images that were added, with times and failures.</summary>
    /// <param name="options">Overlaps, limits, areas; null takes those of COCO.</param>
    /// <param name="results">What <see cref="ToResults"/> returned; null asks it.</param>
    /// <exception cref="DataFormatException">There were images, and none of them could be read.</exception>
    internal DetectorScores Score(CocoEvaluationOptions? options = null, CocoResults? results = null)
    {
        if (_failures.Count > 0 && _found.Count == 0)
        {
            throw new DataFormatException(
                $"'{_truth.Source}': expected images of its images, found none of {_failures.Count} that can be read.");
        }

        var evaluation = CocoEvaluator.Evaluate(
            _truth, results ?? ToResults(), options ?? CocoEvaluationOptions.Default, _positions.Contains);
        return new DetectorScores(evaluation, Timings, _failures.Count);
    }

    /// <summary>What the reader of the figures must know about the images and categories.</summary>
    public IReadOnlyList<string> Warnings() => [.. FindWarnings()];

    private IEnumerable<string> FindWarnings()
    {
        if (_failures.Count > 0)
        {
            yield return $"'{_truth.Source}': {_failures.Count} of {_failures.Count + _found.Count} images could not be read; "
                + "the figures are those of the rest.";
        }

        if (_sizes.Warning(_truth.Source) is { } sizes)
        {
            yield return sizes;
        }

        if (_pairs.Unpaired.Count > 0)
        {
            yield return $"'{_truth.Source}': {_pairs.Unpaired.Count} of {_truth.Categories.Count} categories are no class of "
                + $"'{_detector.Name}' and cannot be found: {CategoryPairs.Few([.. _pairs.Unpaired.Select(c => c.Name)])}.";
        }

        var foreign = _found.Sum(r => r.Detections.ClassIds.ToArray().Count(c => _pairs.OfClass[c] is null));
        if (foreign > 0)
        {
            yield return $"{_detector.Name}: {foreign} detections of classes that the truth does not list; they are left out.";
        }
    }

    /// <summary>Detects on one image of the truth. Thread-safe.</summary>
    internal CocoImageAnswer Detect(string folder, CocoImage image, CancellationToken cancellationToken)
    {
        PixelBuffer pixels;
        try
        {
            pixels = ImageFile.Read(CocoImageFiles.Find(folder, image));
        }
        catch (Exception e) when (e is ImageException or DataFormatException or IOException or UnauthorizedAccessException)
        {
            return new(image, 0, 0, null, e);
        }

        return new(image, pixels.Width, pixels.Height, _detector.Detect(pixels, null, cancellationToken), null);
    }

    /// <summary>What a detector found in an image, or why the image could not be read.</summary>
    internal readonly record struct CocoImageAnswer(CocoImage Image, int Width, int Height, Detections? Detections, Exception? Error);
}
