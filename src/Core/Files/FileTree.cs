namespace PPLCNet.Vision.Files;

/// <summary>One find of <see cref="FileTree"/>.</summary>
/// <param name="Path">The file, or the folder that could not be read.</param>
/// <param name="Name">Its path below the folder that was searched, with slashes.</param>
/// <param name="Error">Why the folder could not be read; null for files.</param>
internal readonly record struct FileTreeEntry(string Path, string Name, Exception? Error);

/// <summary>
/// Searches folders: each real folder once, however links lead to it, and whatever cannot be read stops nothing.
/// </summary>
internal static class FileTree
{
    private static readonly EnumerationOptions _everything = new()
    {
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, // as folders were searched before
    };

    /// <summary>
    /// The files with these extensions below a folder by ordinal order of their names, and among them the folders that could
    /// not be read.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extensions">Lower case, with the dot.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static IReadOnlyList<FileTreeEntry> Find(string folder, IReadOnlyCollection<string> extensions) =>
        Find(folder, extension => extensions.Contains(extension.ToLowerInvariant()));

    /// <summary>All files below a folder by ordinal order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">A folder below it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder below it must not be read.</exception>
    public static IEnumerable<string> Files(string folder) =>
        Find(folder, _ => true).Select(f => f.Error is null ? f.Path : throw f.Error);

    private static List<FileTreeEntry> Find(string folder, Func<string, bool> takes)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"'{folder}': expected a folder, found none.");
        }

        var found = new List<FileTreeEntry>();
        var seen = new HashSet<string>(RealPath.Comparer);
        var links = new PriorityQueue<string, string>(StringComparer.Ordinal);
        Search(folder, "", takes, found, seen, links);
        while (links.TryDequeue(out var link, out _))
        {
            // Links come last, so that a folder bears its own name where both lie below the root.
            Search(folder, link, takes, found, seen, links);
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    private static void Search(
        string root, string start, Func<string, bool> takes, List<FileTreeEntry> found, HashSet<string> seen, PriorityQueue<string, string> links)
    {
        var open = new Stack<(string Name, string Real)>([(start, RealPath.Of(Path.Combine(root, start)))]);
        while (open.TryPop(out var folder))
        {
            var path = Path.Combine(root, folder.Name);
            if (!seen.Add(folder.Real))
            {
                continue;
            }

            try
            {
                foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", _everything))
                {
                    var name = folder.Name.Length == 0 ? entry.Name : $"{folder.Name}/{entry.Name}";
                    if (!IsFolder(entry))
                    {
                        if (takes(entry.Extension))
                        {
                            found.Add(new FileTreeEntry(Path.Combine(root, name), name, null));
                        }
                    }
                    else if (entry.LinkTarget is null)
                    {
                        open.Push((name, Path.Combine(folder.Real, entry.Name)));
                    }
                    else
                    {
                        links.Enqueue(name, name);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                found.Add(new FileTreeEntry(path, folder.Name.Length == 0 ? "." : folder.Name, e));
            }
        }
    }

    // A link's own attributes tell of the link; whether it leads to a folder is asked of the path.
    private static bool IsFolder(FileSystemInfo entry) =>
        (entry.Attributes & FileAttributes.Directory) != 0 || (entry.LinkTarget is not null && Directory.Exists(entry.FullName));
}
