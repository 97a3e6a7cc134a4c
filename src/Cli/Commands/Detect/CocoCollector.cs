using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>Collects results and writes them as one COCO file.</summary>
internal sealed class CocoCollector(string path, CocoImageIds ids, IObjectDetector detector)
{
    private readonly List<(long ImageId, Detections Detections)> _results = [];

    /// <summary>Fails where the file has no image id.</summary>
    public void Check(string file) => ids.Of(file);

    /// <summary>Takes one image's results.</summary>
    public void Add(string file, Detections detections) => _results.Add((ids.Of(file), detections));

    /// <summary>Writes the file; it appears whole or not at all.</summary>
    public void Write()
    {
        var temporary = path + ".part";
        try
        {
            using (var stream = File.Create(temporary))
            {
                CocoResultFormat.Write(stream, _results, detector.CategoryIds);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Environment($"cannot write '{path}': {e.Message}", e);
        }
    }
}
