using System.Runtime.CompilerServices;
using System.Threading.Channels;
using PPLCNet.Vision.Backbone.Imaging;

namespace PPLCNet.Vision.Detection;

/// <summary>What was found in one file; either <see cref="Detections"/> or <see cref="Error"/> is set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Width of the picture in pixels; 0 where it could not be read.</param>
/// <param name="Height">Height of the picture in pixels; 0 where it could not be read.</param>
/// <param name="Detections">The objects.</param>
/// <param name="Error">Why there are none.</param>
public sealed record FileDetections(string Path, int Width, int Height, Detections? Detections, Exception? Error);

/// <summary>Many files through one detector: several in work at once, results in the order of the files, memory bounded.</summary>
public static class DetectorPipeline
{
    /// <summary>Detects in every picture of a folder, recursively, by ordinal order of the paths.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IAsyncEnumerable<FileDetections> DetectFolderAsync(
        this IObjectDetector detector, string folder, int workers = 0, CancellationToken cancellationToken = default) =>
        detector.DetectFilesAsync(
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(f => ImageFile.Extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
                .Order(StringComparer.Ordinal),
            workers,
            cancellationToken);

    /// <summary>Detects in files. One that is no picture yields its error and stops nothing.</summary>
    /// <param name="detector">Shared by all workers.</param>
    /// <param name="paths">Taken lazily.</param>
    /// <param name="workers">Pictures in work at once; 0 means one a core.</param>
    /// <param name="cancellationToken">Stops the pipeline and the run in progress.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async IAsyncEnumerable<FileDetections> DetectFilesAsync(
        this IObjectDetector detector,
        IEnumerable<string> paths,
        int workers = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        var inWork = workers == 0 ? Environment.ProcessorCount : workers;
        using var free = new SemaphoreSlim(inWork);
        var queue = Channel.CreateBounded<Task<FileDetections>>(inWork * 2);
        var supply = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var path in paths)
                    {
                        await free.WaitAsync(stop.Token).ConfigureAwait(false);
                        await queue.Writer.WriteAsync(Task.Run(() => One(detector, path, free, stop.Token), CancellationToken.None), stop.Token).ConfigureAwait(false);
                    }

                    queue.Writer.Complete();
                }
                catch (Exception e)
                {
                    queue.Writer.Complete(e);
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (var task in queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return await task.ConfigureAwait(false);
            }
        }
        finally
        {
            // Whoever stops early leaves nothing running behind.
            await stop.CancelAsync().ConfigureAwait(false);
            await supply.ConfigureAwait(false);
            while (queue.Reader.TryRead(out var task))
            {
                await Task.WhenAny(task).ConfigureAwait(false);
            }
        }
    }

    private static FileDetections One(IObjectDetector detector, string path, SemaphoreSlim free, CancellationToken cancellationToken)
    {
        try
        {
            var picture = ImageFile.Read(path);
            return new FileDetections(path, picture.Width, picture.Height, detector.Detect(picture, cancellationToken), null);
        }
        catch (Exception e) when (e is ImageException or IOException or UnauthorizedAccessException)
        {
            return new FileDetections(path, 0, 0, null, e);
        }
        finally
        {
            free.Release();
        }
    }
}
