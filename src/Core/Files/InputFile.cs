namespace PPLCNet.Vision.Files;

/// <summary>
/// The one way in which inputs are opened: regular files only, and never more bytes than the caller allows. A named pipe or a
/// device in a folder of images would block a run or fill the memory. Pipes that the shell opened for this process
/// (<c>/dev/fd/N</c>, <c>/dev/stdin</c>) are read, within the same bounds.
/// </summary>
internal static class InputFile
{
    /// <summary>Most bytes of a text file: label lists, dictionaries, predictions.</summary>
    public const long MaxTextBytes = 1L << 30;

    private const int ChunkBytes = 1 << 16;

    /// <summary>Opens a file for reading; its stream can seek.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bufferSize">Bytes that the stream reads ahead, for readers of small parts; 0 for none.</param>
    /// <exception cref="SpecialFileException">The path names a pipe, a device, a socket or a folder.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static FileStream OpenRead(string path, int bufferSize = 0)
    {
        Check(path, ownPipes: false);
        return Open(path, FileAccess.Read, bufferSize);
    }

    /// <summary>Opens an existing file for reading and writing, unbuffered; others may read and write it meanwhile.</summary>
    /// <exception cref="SpecialFileException">The path names a pipe, a device, a socket or a folder.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static FileStream OpenReadWrite(string path)
    {
        Check(path, ownPipes: false);
        return Open(path, FileAccess.ReadWrite);
    }

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Most bytes that are read.</param>
    /// <exception cref="SpecialFileException">The path names a pipe, a device, a socket or a folder.</exception>
    /// <exception cref="DataFormatException">The file has more bytes.</exception>
    public static byte[] ReadAllBytes(string path, long maxBytes = int.MaxValue) =>
        TryReadAllBytes(path, maxBytes, out var bytes)
            ? bytes
            : throw new DataFormatException($"'{path}': expected at most {Math.Min(maxBytes, Array.MaxLength)} bytes, found more.");

    /// <summary>Reads a file whole; false where it has more bytes.</summary>
    internal static bool TryReadAllBytes(string path, long maxBytes, out byte[] bytes)
    {
        Check(path, ownPipes: true);
        using var file = Open(path);
        var most = Math.Min(maxBytes, Array.MaxLength);
        var told = file.CanSeek ? file.Length : 0;
        if (told > most)
        {
            bytes = [];
            return false;
        }

        // The length is only a hint: files that the system makes up tell 0, and others grow.
        bytes = new byte[Math.Min(most, told > 0 ? told : ChunkBytes)];
        var filled = 0;
        for (int read; (read = file.Read(bytes, filled, bytes.Length - filled)) > 0;)
        {
            filled += read;
            if (filled == bytes.Length && file.ReadByte() is >= 0 and var more)
            {
                if (filled >= most)
                {
                    bytes = [];
                    return false;
                }

                Array.Resize(ref bytes, (int)Math.Min(most, Math.Max(filled * 2L, ChunkBytes)));
                bytes[filled++] = (byte)more;
            }
        }

        if (filled < bytes.Length)
        {
            Array.Resize(ref bytes, filled);
        }

        return true;
    }

    private static FileStream Open(string path, FileAccess access = FileAccess.Read, int bufferSize = 0) =>
        new(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, bufferSize, FileOptions.SequentialScan);

    private static void Check(string path, bool ownPipes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new SpecialFileException(path, "a folder");
        }

        if (FileKind.SpecialName(path) is { } found && !(ownPipes && IsOwnPipe(path, found)))
        {
            throw new SpecialFileException(path, found);
        }
    }

    private static bool IsOwnPipe(string path, string found) => found == "a named pipe"
        && (path == "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal));
}
