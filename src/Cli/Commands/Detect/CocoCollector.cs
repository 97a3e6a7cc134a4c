using PPLCNet.Vision.Cli.Evaluation.Detection;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Images;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>Collects results and writes them as one COCO file.</summary>
internal sealed class CocoCollector(string path, CocoImageIds ids, IObjectDetector detector)
{
    private readonly List<(CocoImage Image, Detections Detections)> _results = [];
    private readonly Dictionary<long, string> _files = [];
    private readonly CocoSizeCheck _sizes = new();

    /// <summary>Fails where the file has no image id.</summary>
    public void Check(InputItem input) => ids.Of(input.Path, input.Name);

    /// <summary>Takes one image's results.</summary>
    /// <param name="file">The image.</param>
    /// <param name="name">Its path below the folder that was named; null where that is not known.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="detections">The results.</param>
    /// <exception cref="DataFormatException">Another image has the same id.</exception>
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

    /// <summary>Writes the file; it appears whole or not at all.</summary>
    public void Write()
    {
        WarnOfTruth();
        var temporary = path + ".part";
        try
        {
            using (var stream = File.Create(temporary))
            {
                CocoResultFormat.Write(stream, _results, [.. detector.CategoryIds.Select(id => new CocoCategory(id, ""))]);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Environment($"cannot write '{path}': {e.Message}", e);
        }
    }

    private void WarnOfTruth()
    {
        if (ids.Truth is not { } truth)
        {
            return;
        }

        if (_sizes.Warning(truth.Source) is { } sizes)
        {
            Terminal.Warn(sizes);
        }

        if (truth.Categories.Count > 0 && CategoryPairs.Warning(detector, truth) is { } numbers)
        {
            Terminal.Warn(numbers);
        }
    }
}
