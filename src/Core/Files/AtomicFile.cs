using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Files;

/// <summary>Files that appear whole or not at all.</summary>
internal static partial class AtomicFile
{
    /// <summary>Writes a file beside the target, flushes it to the disk, and moves it onto the target.</summary>
    /// <param name="path">The target.</param>
    /// <param name="overwrite">Whether the target may exist.</param>
    /// <param name="write">Writes and flushes; the stream is closed afterwards.</param>
    /// <exception cref="IOException">The target exists and may not, or the disk refuses.</exception>
    public static void Write(string path, bool overwrite, Action<FileStream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        if (!overwrite && File.Exists(path))
        {
            throw new IOException($"'{path}' exists already.");
        }

        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
            FlushFolder(folder);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Makes a rename in a folder last through a power cut. Windows does it by itself; elsewhere it is an fsync of the folder.</summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, 0);
        if (descriptor >= 0)
        {
            _ = Sync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
