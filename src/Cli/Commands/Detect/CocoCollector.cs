using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco.Images;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>Collects results for <c>--coco</c>.</summary>
internal sealed class CocoCollector(string path, CocoImageIds ids, IObjectDetector detector)
{
    private readonly CocoResultCollector _results = new(ids, detector);

    /// <summary>Fails where the file has no image id.</summary>
    public void Check(InputItem input) => ids.Of(input.Path, input.Name);

    /// <summary>Takes one image's results.</summary>
    /// <exception cref="DataFormatException">Another image has the same id.</exception>
    public void Add(string file, string? name, int width, int height, Detections detections) =>
        _results.Add(file, name, width, height, detections);

    /// <summary>Writes the file; it appears whole or not at all.</summary>
    public void Write()
    {
        foreach (var warning in _results.Warnings())
        {
            Terminal.Warn(warning);
        }

        try
        {
            _results.Write(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Environment($"cannot write '{path}': {e.Message}", e);
        }
    }
}
