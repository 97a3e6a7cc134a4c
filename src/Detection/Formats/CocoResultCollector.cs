using PPLCNet.Vision.Detection.Evaluation;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Images;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Detection.Formats;

/// <summary>Collects the detections of many files and writes them as one COCO results file. Not thread-safe.</summary>
/// <param name="ids">Tells the image id of a file.</param>
/// <param name="detector">The detector, whose category ids the results have.</param>
internal sealed class CocoResultCollector(CocoImageIds ids, IObjectDetector detector)
{
    private readonly List<(CocoImage Image, Detections Detections)> _results = [];
    private readonly Dictionary<long, string> _files = [];
    private readonly CocoSizeCheck _sizes = new();

    /// <summary>Adds the detections of one image.</summary>
    /// <param name="file">The image.</param>
    /// <param name="name">Its path below the folder that was named; null where that is not known.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="detections">What was found.</param>
    /// <exception cref="DataFormatException">The file has no image id, or another image has the same.</exception>
    public void Add(string file, string? name, int width, int height, Detections detections)
    {
        var image = ids.Of(file, name);
        if (!_files.TryAdd(image.Id, file))
        {
            throw new DataFormatException(
                $"'{file}': expected an image id of its own, found {image.IdText ?? $"{image.Id}"}, "
                + $"which '{_files[image.Id]}' has already; its results are left out of the COCO file.");
        }

        _sizes.Add(image, width, height);
        _results.Add((image, detections));
    }

    /// <summary>
    /// What the reader of the results must know where there is a ground truth: other sizes, other numbers of categories.
    /// </summary>
    public IReadOnlyList<string> Warnings()
    {
        if (ids.Truth is not { } truth)
        {
            return [];
        }

        var numbers = truth.Categories.Count > 0 ? CategoryPairs.Warning(detector, truth) : null;
        return [.. ((string?[])[_sizes.Warning(truth.Source), numbers]).OfType<string>()];
    }

    /// <summary>Writes the file; it appears whole or not at all.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(string path) => AtomicFile.Write(path, overwrite: true, stream =>
        CocoResultFormat.Write(stream, _results, [.. detector.CategoryIds.Select(id => new CocoCategory(id, ""))]));
}
