using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Images;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Evaluation.Detection;

/// <summary>What a detector found in one image of a truth; without detections, why there are none.</summary>
internal sealed record DetectorAnswer(
    CocoImage Image, int Width, int Height, Detections? Detections, StageTimings Timings, Exception? Error);

/// <summary>
/// Collects answers image by image. Images that cannot be read are told, counted and left out of the figures. Not thread-safe.
/// </summary>
/// <param name="truth">The truth.</param>
/// <param name="stops">Whether the first image that cannot be read is the end.</param>
internal sealed class DetectorAnswers(CocoGroundTruth truth, bool stops)
{
    private readonly List<(CocoImage Image, Detections Detections)> _results = [];
    private readonly HashSet<int> _positions = [];
    private readonly CocoSizeCheck _sizes = new();

    /// <summary>Images with their detections, in the truth's order.</summary>
    public IReadOnlyList<(CocoImage Image, Detections Detections)> Results => _results;

    /// <summary>Sums of the stages' times.</summary>
    public StageTimings Timings { get; private set; }

    /// <summary>Images that could not be read.</summary>
    public int Failed { get; private set; }

    /// <summary>Takes an answer.</summary>
    /// <exception cref="DataFormatException">The image could not be read, and that is to be the end.</exception>
    public void Add(DetectorAnswer answer)
    {
        if (answer.Detections is not { } detections)
        {
            var message = Failure.Message(answer.Error!);
            if (stops)
            {
                throw new DataFormatException(message, answer.Error);
            }

            Failed++;
            Terminal.Warn(message);
            return;
        }

        _positions.Add(truth.ImagePosition(answer.Image.Id));
        _results.Add((answer.Image, detections));
        _sizes.Add(answer.Image, answer.Width, answer.Height);
        Timings += answer.Timings;
    }

    /// <summary>Fails where no image at all could be read.</summary>
    /// <exception cref="DataFormatException">None could.</exception>
    public void Check()
    {
        if (Failed > 0 && _results.Count == 0)
        {
            throw new DataFormatException($"'{truth.Source}': expected images of its images, found none of {Failed} that can be read.");
        }
    }

    /// <summary>Whether the image at this position of the truth was looked at.</summary>
    public bool Takes(int position) => _positions.Contains(position);

    /// <summary>The detections as results with the truth's ids; those of classes that it does not have are left out.</summary>
    public CocoResults ToResults(string source, CategoryPairs pairs)
    {
        var results = new CocoResults(source);
        foreach (var (image, detections) in _results)
        {
            for (var i = 0; i < detections.Count; i++)
            {
                if (pairs.OfClass[detections.ClassIds[i]] is { } category)
                {
                    var box = detections.Boxes[i];
                    results.Add(image.Id, category.Id, CocoBox.FromCorners(box.X0, box.Y0, box.X1, box.Y1), detections.Scores[i]);
                }
            }
        }

        return results;
    }

    /// <summary>What is odd about the run.</summary>
    public IEnumerable<string> Warnings(IObjectDetector detector, CategoryPairs pairs)
    {
        if (Failed > 0)
        {
            yield return $"'{truth.Source}': {Failed} of {Failed + _results.Count} images could not be read; the figures are those of the rest.";
        }

        if (_sizes.Warning(truth.Source) is { } sizes)
        {
            yield return sizes;
        }

        if (pairs.Unpaired.Count > 0)
        {
            yield return $"'{truth.Source}': {pairs.Unpaired.Count} of {truth.Categories.Count} categories are no class of '{detector.Name}' and "
                + $"cannot be found: {CategoryPairs.Few([.. pairs.Unpaired.Select(c => c.Name)])}.";
        }

        var foreign = _results.Sum(r => r.Detections.ClassIds.ToArray().Count(c => pairs.OfClass[c] is null));
        if (foreign > 0)
        {
            yield return $"{detector.Name}: {foreign} detections of classes that the truth does not list; they are left out.";
        }
    }
}
