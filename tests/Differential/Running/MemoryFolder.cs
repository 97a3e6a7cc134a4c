using System.Runtime.CompilerServices;

namespace PPLCNet.Vision.Tests.Differential.Running;

/// <summary>
/// Puts temporary files into memory where the system has a folder for that: a hundred thousand small files are written here.
/// </summary>
internal static class MemoryFolder
{
    [ModuleInitializer]
    internal static void Use()
    {
        const string Folder = "/dev/shm";
        try
        {
            if (Directory.Exists(Folder) && new DriveInfo(Folder).AvailableFreeSpace > 32 << 20)
            {
                Directory.Delete(Directory.CreateDirectory(Path.Combine(Folder, Path.GetRandomFileName())).FullName);
                Environment.SetEnvironmentVariable("TMPDIR", Folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then they go where temporary files go.
        }
    }
}
