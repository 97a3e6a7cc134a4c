namespace PPLCNet.Vision.Files;

/// <summary>
/// A file that is written beside its target and moved onto it at the end, so that the target is the old file or the whole new
/// one whatever happens. A link is followed to the file that it names; a device or a pipe is written directly. Not
/// thread-safe.
/// </summary>
internal sealed class PendingFile : IDisposable
{
    private const int LongestName = 200; // of 255 bytes; what is added has to fit too

    private readonly string _target;
    private readonly string? _temporary;

    /// <summary>Creates the file beside the target; the folder must exist.</summary>
    /// <exception cref="IOException">The disk cannot be written to.</exception>
    public PendingFile(string path)
    {
        if (FileKind.SpecialName(path) is not null)
        {
            _target = path;
            Stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            return;
        }

        _target = new FileInfo(path).LinkTarget is null ? path : RealPath.Of(path);
        _temporary = TemporaryName(_target);
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Takes the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Closes the stream and moves the file onto the target.</summary>
    /// <param name="overwrite">Whether the target may exist.</param>
    /// <param name="flushToDisk">Whether the file must outlast a power cut.</param>
    /// <exception cref="IOException">The target exists although it must not, or the disk cannot be written to.</exception>
    public void Complete(bool overwrite = true, bool flushToDisk = false)
    {
        if (_temporary is null)
        {
            Stream.Dispose();
            return;
        }

        Stream.Flush(flushToDisk);
        Stream.Dispose();
        if (flushToDisk)
        {
            AtomicFile.Move(_temporary, _target, overwrite);
        }
        else
        {
            File.Move(_temporary, _target, overwrite);
        }
    }

    /// <summary>Deletes what was not completed.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (Exception e) when (e is IOException || DiskSpace.IsFull(e))
        {
            // The rest of what is given up could not be written either.
        }
        finally
        {
            if (_temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
    }

    private static string TemporaryName(string path)
    {
        var name = Path.GetFileName(path);
        var start = System.Text.Encoding.UTF8.GetByteCount(name) <= LongestName ? name : "";
        return Path.Combine(AtomicFile.FolderOf(path), $".{start}.{Guid.NewGuid():N}.tmp");
    }
}
