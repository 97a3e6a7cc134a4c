using System.Text;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>
/// At most one writer a gallery, among threads and processes: an exclusively opened file <c>NAME.lock</c> beside it. The system releases it when its
/// holder dies. The file itself stays: deleting it would open a gap in which two writers hold two different files of that name.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private const int MaxBytes = 32;

    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="IOException">Another writer has it, or the folder cannot be written.</exception>
    public static WriterLock Take(string galleryPath)
    {
        var path = galleryPath + ".lock";
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException($"'{path}': expected a lock file or none, found a link; locks are not written through links.");
        }

        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (file.Length > MaxBytes)
            {
                var found = file.Length;
                file.Dispose();
                throw new DataFormatException($"'{path}': expected a lock file with a process id, found {found} bytes; it is left alone.");
            }

            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes($"{Environment.ProcessId}\n"));
            return new WriterLock(file);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new IOException($"'{galleryPath}': another writer has the gallery open (lock '{path}'); one writer at a time, readers are free.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
