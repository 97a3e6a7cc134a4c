namespace PPLCNet.Vision.Files;

/// <summary>Where a path leads to when every link on its way is followed: two names of one file have one real path.</summary>
internal static class RealPath
{
    /// <summary>Compares real paths as the system does.</summary>
    public static StringComparer Comparer { get; } = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        ? StringComparer.OrdinalIgnoreCase
        : StringComparer.Ordinal;

    /// <summary>Resolves a path; what does not exist yet, or cannot be looked at, stays as it is.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
        {
            return full;
        }

        var here = Path.Combine(Of(parent), Path.GetFileName(full));
        return LinkTarget(here) is { } target && !Comparer.Equals(target, here) ? Of(target) : here;
    }

    /// <summary>The final target of a link; null where the path is none, or the link leads nowhere or in circles.</summary>
    private static string? LinkTarget(string path)
    {
        try
        {
            var info = new FileInfo(path);
            return info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is { FullName: var target } && Path.Exists(target)
                ? target
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
