using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime;

/// <summary>What a model answered for one file; <see cref="Error"/> is set where there is no answer.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Width of the image in pixels; 0 where it could not be read.</param>
/// <param name="Height">Height of the image in pixels; 0 where it could not be read.</param>
/// <param name="Value">The answer.</param>
/// <param name="Error">Why there is none.</param>
public sealed record FileAnswer<T>(string Path, int Width, int Height, T? Value, Exception? Error);

/// <summary>
/// Many image files through any predictor: several processed concurrently, answers in the order of the files, memory bounded.
/// </summary>
/// <example><code>
/// await foreach (var page in ImagePipeline.RunAsync(ImagePipeline.Files("scans"), (image, stop) => engine.Read(image, stop)))
/// </code></example>
public static class ImagePipeline
{
    /// <summary>
    /// The images of a folder, recursively, by ordinal order of the paths, each real folder once. A folder that cannot be
    /// read is among them, so that its error is reported in its place.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static IEnumerable<string> Files(string folder) =>
        ImageFile.Find(folder).Select(f => f.Path);

    /// <summary>
    /// Reads each file and hands its image to <paramref name="predict"/>. A file that is not an image yields its error and
    /// does not stop the others.
    /// </summary>
    /// <param name="paths">Taken lazily.</param>
    /// <param name="predict">Called on several threads; its own exceptions end the run.</param>
    /// <param name="workers">Images processed concurrently; 0 means one per core.</param>
    /// <param name="limits">Images above them yield an error.</param>
    /// <param name="cancellationToken">Cancels the run; it is passed to <paramref name="predict"/>.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static IAsyncEnumerable<FileAnswer<T>> RunAsync<T>(
        IEnumerable<string> paths, Func<PixelBuffer, CancellationToken, T> predict, int workers = 0, ImageLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(predict);
        return OrderedPipeline.RunAsync(paths, workers, (path, stop) => One(path, predict, limits, stop), CancellationToken.None, cancellationToken);
    }

    private static FileAnswer<T> One<T>(string path, Func<PixelBuffer, CancellationToken, T> predict, ImageLimits? limits, CancellationToken stop)
    {
        PixelBuffer image;
        try
        {
            image = ImageFile.Read(path, limits);
        }
        catch (Exception e) when (e is ImageException or DataFormatException or IOException or UnauthorizedAccessException)
        {
            return new FileAnswer<T>(path, 0, 0, default, e);
        }

        return new FileAnswer<T>(path, image.Width, image.Height, predict(image, stop), null);
    }
}
