using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>
/// How a gallery keeps the paths of its items' files (metadata <c>path</c>), so that a file has one spelling however it was
/// named. A file below the gallery's folder is kept relative to it, with forward slashes, and so stays found when both move;
/// any other file is kept by its full path. Links are not followed. Immutable.
/// </summary>
internal sealed class ItemPaths
{
    /// <summary>The metadata field.</summary>
    public const string Field = "path";

    private readonly string _folderAsGiven;
    private readonly string _folder;
    private readonly bool _fromGallery;

    /// <summary>The paths of a gallery.</summary>
    public ItemPaths(Gallery gallery)
        : this((gallery ?? throw new ArgumentNullException(nameof(gallery))).FilePath, gallery.Header.PathsFromGallery)
    {
    }

    /// <summary>The paths of a gallery file.</summary>
    /// <param name="galleryPath">The file.</param>
    /// <param name="fromGallery">See <see cref="GalleryHeader.PathsFromGallery"/>.</param>
    public ItemPaths(string galleryPath, bool fromGallery)
    {
        _folderAsGiven = Path.GetDirectoryName(galleryPath) ?? "";
        _folder = Path.GetDirectoryName(Path.GetFullPath(galleryPath))!;
        _fromGallery = fromGallery;
    }

    /// <summary>Compares full paths as the system does.</summary>
    public static StringComparer Comparer { get; } = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The form to store for a file that is named from the current folder.</summary>
    public string Store(string path)
    {
        var full = Path.GetFullPath(path);
        if (!_fromGallery)
        {
            return full;
        }

        var relative = Path.GetRelativePath(_folder, full);
        return Path.IsPathRooted(relative) || relative == ".." || relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>The form to store for a path of a list, which may name no file here: such a path is kept literally.</summary>
    public string StoreListed(string path) =>
        Path.IsPathRooted(path) || Comparer.Equals(FullPathOf(path), Path.GetFullPath(path)) || !File.Exists(path) ? path : Store(path);

    /// <summary>The full path of a stored one.</summary>
    public string FullPathOf(string stored) => _fromGallery ? Path.GetFullPath(stored, _folder) : Path.GetFullPath(stored);

    /// <summary>The full path of an item's file; null where the item has none.</summary>
    public string? FullPathOf(GalleryItem item) =>
        (item ?? throw new ArgumentNullException(nameof(item))).Metadata.TryGetValue(Field, out var path) && path.AsText is { Length: > 0 } text ? FullPathOf(text) : null;

    /// <summary>
    /// The items of some files, which are named by their paths as they are stored or as they are found from the current
    /// folder.
    /// </summary>
    public IEnumerable<GalleryItem> OfFiles(IEnumerable<GalleryItem> items, IReadOnlyCollection<string> named)
    {
        var texts = named.ToHashSet(StringComparer.Ordinal);
        var files = named.Select(Path.GetFullPath).ToHashSet(Comparer);
        return items.Where(i => FullPathOf(i) is { } full && (files.Contains(full) || texts.Contains(i.Metadata[Field].ToString())));
    }

    /// <summary>The items whose files do not exist; items without a file are not among them.</summary>
    public IEnumerable<GalleryItem> Missing(IEnumerable<GalleryItem> items) => items.Where(i => FullPathOf(i) is { } full && !File.Exists(full));

    /// <summary>A stored path as the caller can open it: it begins as the name of the gallery did.</summary>
    public string Openable(string stored) => _fromGallery ? Path.Combine(_folderAsGiven, stored) : stored;
}
