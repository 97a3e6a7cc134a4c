namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>
/// At most one writer per gallery, among threads and processes: an exclusively opened file <c>NAME.lock</c> beside it. The system
/// releases it when its holder dies. The file itself stays: deleting it would open a gap in which two writers hold two
/// different files of that name. Nothing is ever written into it, and what is no lock file is left alone.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private const int MaxBytes = 32;
    private const int WouldBlockOnLinux = 11, WouldBlockOnMac = 35; // which .NET passes on as the HResult
    private const int SharingViolation = 32, LockViolation = 33; // Windows

    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="IOException">
    /// Another writer has it, the lock is a link, or the lock file cannot be made (a full disk, a folder that is not there).
    /// </exception>
    /// <exception cref="DataFormatException">A file of this name holds more than a lock file does.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static WriterLock Take(string galleryPath)
    {
        var path = galleryPath + ".lock";
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException($"'{path}': expected a lock file or none, found a link; locks do not follow links.");
        }

        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (file.Length > MaxBytes)
            {
                var found = file.Length;
                file.Dispose();
                throw new DataFormatException($"'{path}': expected a lock file, found {found} bytes; it is left alone.");
            }

            return new WriterLock(file);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new IOException($"'{galleryPath}': another writer has the gallery open (lock '{path}'); there can be one writer and any number of readers.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"'{galleryPath}': no writer can open the gallery, because its lock '{path}' cannot be written to: {e.Message}", e);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new IOException($"'{galleryPath}': no writer can open the gallery, because its lock '{path}' cannot be created: {e.Message}", e.HResult);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is { } code
        && (OperatingSystem.IsWindows() ? code is SharingViolation or LockViolation : code is WouldBlockOnLinux or WouldBlockOnMac);
}
