using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Files;

/// <summary>Tells regular files from pipes, devices and sockets, which block or never end when they are read.</summary>
internal static partial class FileKind
{
    private const int TypeMask = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    // Linux: struct statx, the same on every architecture. macOS: struct stat with 64-bit inodes.
    private const int StatxBytes = 256, StatxModeAt = 28, StatxNumberAt = 32, StatxDeviceAt = 136, CurrentFolder = -100;
    private const uint StatxType = 1, StatxNumber = 0x100;
    private const int MacStatBytes = 144, MacModeAt = 4, MacNumberAt = 8;

    /// <summary>
    /// What a path names where that is neither a file nor a folder, for messages; null for files, folders and missing ones.
    /// </summary>
    public static string? SpecialName(string path) => (Mode(path) & TypeMask) switch
    {
        Pipe => "a named pipe",
        CharacterDevice or BlockDevice => "a device",
        Socket => "a socket",
        _ => null,
    };

    /// <summary>
    /// What tells a file from every other: all its names, hard links and links, have it in common; null where the system does
    /// not tell.
    /// </summary>
    public static (ulong Device, ulong Number)? Identity(string path)
    {
        var buffer = new byte[StatxBytes];
        try
        {
            if (OperatingSystem.IsLinux() && Statx(CurrentFolder, path, 0, StatxNumber, buffer) == 0)
            {
                return (BitConverter.ToUInt64(buffer, StatxDeviceAt), BitConverter.ToUInt64(buffer, StatxNumberAt));
            }

            if (OperatingSystem.IsMacOS() && ReadMacStat(path, buffer))
            {
                return (BitConverter.ToUInt32(buffer), BitConverter.ToUInt64(buffer, MacNumberAt));
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An old C library: names are compared all the same.
        }

        return null;
    }

    /// <summary>The mode of what the path leads to, links followed; 0 where the system does not tell.</summary>
    private static int Mode(string path)
    {
        var buffer = new byte[StatxBytes];
        try
        {
            if (OperatingSystem.IsLinux())
            {
                return Statx(CurrentFolder, path, 0, StatxType, buffer) == 0 ? BitConverter.ToUInt16(buffer, StatxModeAt) : 0;
            }

            if (OperatingSystem.IsMacOS())
            {
                return ReadMacStat(path, buffer) ? BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(MacModeAt, MacStatBytes - MacModeAt)) : 0;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An old C library: reads stay bounded all the same.
        }

        return 0;
    }

    private static bool ReadMacStat(string path, byte[] buffer) =>
        (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? MacStat(path, buffer) : MacStat64(path, buffer)) == 0;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte[] buffer);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MacStat(string path, byte[] buffer);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MacStat64(string path, byte[] buffer);
}
