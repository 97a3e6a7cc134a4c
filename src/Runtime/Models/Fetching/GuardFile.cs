namespace PPLCNet.Vision.Runtime.Models.Fetching;

/// <summary>A file that one holder at a time has open, among all processes; it is deleted when it is released.</summary>
internal static class GuardFile
{
    private const int Pause = 100; // ms

    // EAGAIN of Linux and of macOS, and ERROR_SHARING_VIOLATION: .NET passes them on in the HResult.
    private const int LinuxHeld = 11, MacHeld = 35, WindowsHeld = 32;

    /// <summary>Takes the file; null while somebody else holds it.</summary>
    /// <param name="path">The file; its folder is created where it is missing.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static FileStream? TryTake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is LinuxHeld or MacHeld or WindowsHeld)
        {
            return null;
        }
    }

    /// <summary>Takes the file as soon as nobody else holds it.</summary>
    /// <inheritdoc cref="TryTake"/>
    public static async Task<FileStream> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
