using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>
/// Picks the images of a folder; warns once for each format it skips. Not thread-safe.
/// </summary>
internal sealed class SkippedFormats(string folder)
{
    private static readonly string[] _unread = [".heic", ".heif", ".avif", ".jp2", ".j2k", ".jxl", ".tga", ".psd", ".dng", ".cr2", ".nef"];

    private readonly HashSet<string> _told = [];

    /// <summary>Extensions of the files that are looked at.</summary>
    public static IReadOnlyList<string> Considered { get; } = [.. ImageFile.Extensions, .. _unread];

    /// <summary>Whether a find is an image that is read, or a folder whose error is to be told.</summary>
    public bool IsRead(FileTreeEntry found)
    {
        var file = found.Path;
        var extension = Path.GetExtension(file).ToLowerInvariant();
        if (found.Error is not null || ImageFile.Extensions.Contains(extension))
        {
            return true;
        }

        if (_unread.Contains(extension) && _told.Add(extension))
        {
            Terminal.Warn($"'{folder}': images of format {extension} are skipped, for example '{Path.GetRelativePath(folder, file)}'; "
                + $"formats that are read: {string.Join(' ', ImageFile.Extensions)}.");
        }

        return false;
    }
}
