using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Files;

/// <summary>Files that appear whole or not at all.</summary>
internal static partial class AtomicFile
{
    private const int GuidLength = 32;

    /// <summary>Writes a file beside the target, flushes it to the disk, and moves it onto the target.</summary>
    /// <param name="path">The target.</param>
    /// <param name="overwrite">Whether the target may exist.</param>
    /// <param name="write">Writes and flushes; the stream is closed afterwards.</param>
    /// <exception cref="IOException">The target exists although it must not, or the disk cannot be written to.</exception>
    public static void Write(string path, bool overwrite, Action<FileStream> write)
    {
        Directory.CreateDirectory(FolderOf(path));
        if (!overwrite && File.Exists(path))
        {
            throw new IOException($"'{path}' exists already.");
        }

        using var pending = new PendingFile(path);
        write(pending.Stream);
        pending.Complete(overwrite, flushToDisk: true);
    }

    /// <summary>
    /// Writes a file whole or not at all, without waiting for the disk; its folder must exist. For results that another run
    /// makes anew.
    /// </summary>
    /// <exception cref="IOException">The disk cannot be written to.</exception>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using var pending = new PendingFile(path);
        pending.Stream.Write(bytes);
        pending.Complete();
    }

    /// <summary>The folder of a file.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>
    /// Moves a file that is on disk onto another name in its folder, so that the move lasts through a power cut.
    /// </summary>
    public static void Move(string from, string to, bool overwrite)
    {
        File.Move(from, to, overwrite);
        FlushFolder(FolderOf(to));
    }

    /// <summary>
    /// Deletes what writers of a target left beside it when they were killed. Files that somebody has open stay.
    /// </summary>
    public static void DeleteLeftovers(string path)
    {
        var start = $".{Path.GetFileName(path)}.";
        foreach (var file in Directory.EnumerateFiles(FolderOf(path), start + "*.tmp"))
        {
            var name = Path.GetFileName(file);
            if (name.Length == start.Length + GuidLength + 4 && Guid.TryParseExact(name.AsSpan(start.Length, GuidLength), "N", out _))
            {
                TryDelete(file);
            }
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                // Nobody has it open.
            }

            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody is still writing it, or it is gone already.
        }
    }

    /// <summary>
    /// Makes a rename in a folder last through a power cut. Windows does it by itself; elsewhere it is an fsync of the
    /// folder.
    /// </summary>
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
