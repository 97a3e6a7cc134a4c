using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>
/// Picks the images of a folder; says once for each format that images in it are passed over. Not thread-safe.
/// </summary>
internal sealed class PassedOver(string folder)
{
    private static readonly string[] Unread = [".gif", ".heic", ".heif", ".avif", ".jp2", ".j2k", ".jxl", ".tga", ".psd", ".dng", ".cr2", ".nef"];

    private readonly HashSet<string> _told = [];

    /// <summary>Whether a file is an image that is read.</summary>
    public bool IsRead(string file)
    {
        var extension = Path.GetExtension(file).ToLowerInvariant();
        if (ImageFile.Extensions.Contains(extension))
        {
            return true;
        }

        if (Unread.Contains(extension) && _told.Add(extension))
        {
            Terminal.Warn($"'{folder}': images of format {extension} are passed over, for example '{Path.GetRelativePath(folder, file)}'; "
                + $"formats that are read: {string.Join(' ', ImageFile.Extensions)}.");
        }

        return false;
    }
}
