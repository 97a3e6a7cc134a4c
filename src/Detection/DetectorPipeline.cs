using System.Runtime.CompilerServices;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>What was found in one file; either <see cref="Detections"/> or <see cref="Error"/> is set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Width of the image in pixels; 0 where it could not be read.</param>
/// <param name="Height">Height of the image in pixels; 0 where it could not be read.</param>
/// <param name="Detections">The objects.</param>
/// <param name="Error">Why there are none.</param>
public sealed record FileDetections(string Path, int Width, int Height, Detections? Detections, Exception? Error);

/// <summary>Many files through one detector: several in work at once, results in the order of the files, memory bounded.</summary>
public static class DetectorPipeline
{
    /// <summary>Detects in every image of a folder, recursively, by ordinal order of the paths.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IAsyncEnumerable<FileDetections> DetectFolderAsync(
        this IObjectDetector detector, string folder, int workers = 0, CancellationToken cancellationToken = default) =>
        detector.DetectFilesAsync(ImagePipeline.Files(folder), workers, cancellationToken);

    /// <summary>Detects in files. One that is no image yields its error and stops nothing.</summary>
    /// <param name="detector">Shared by all workers.</param>
    /// <param name="paths">Taken lazily.</param>
    /// <param name="workers">Images in work at once; 0 means one a core.</param>
    /// <param name="cancellationToken">Stops the pipeline and the run in progress.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async IAsyncEnumerable<FileDetections> DetectFilesAsync(
        this IObjectDetector detector,
        IEnumerable<string> paths,
        int workers = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(detector);
        var answers = ImagePipeline.RunAsync(paths, (image, stop) => detector.Detect(image, stop), workers, cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            yield return new FileDetections(answer.Path, answer.Width, answer.Height, answer.Value, answer.Error);
        }
    }
}
