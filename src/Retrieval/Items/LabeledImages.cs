using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>Reads labeled images from a folder per label or from a list.</summary>
internal static class LabeledImages
{
    /// <summary>Reads a folder or a list, whichever <paramref name="path"/> is.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    /// <exception cref="DataFormatException">A line has no label, or there are no images.</exception>
    public static IReadOnlyList<LabeledImage> Read(string path)
    {
        var found = Directory.Exists(path) ? FromFolder(path)
            : File.Exists(path) ? FromList(path)
            : throw new FileNotFoundException($"'{path}': expected a folder with a folder per label, or a list of path and label; found nothing.", path);
        return found.Count > 0 ? found : throw new DataFormatException($"'{path}': expected labelled images, found none.");
    }

    /// <summary>
    /// A folder per label, nested ones included: the label is the path of an image's folder below <paramref name="folder"/>.
    /// Ordinal order of the paths.
    /// </summary>
    /// <exception cref="DataFormatException">An image lies in <paramref name="folder"/> itself, so it has no label.</exception>
    public static IReadOnlyList<LabeledImage> FromFolder(string folder) =>
        [.. ImageFile.Find(folder)
            .Select(f => f.Error is null ? f : throw f.Error)
            .Select(f => new LabeledImage(f.Path, LabelOf(folder, f.Name)))];

    /// <summary>A <see cref="LabelList"/> with paths relative to the list; a path alone has the name of its folder as its label.</summary>
    /// <exception cref="DataFormatException">A line has no path or no label.</exception>
    public static IReadOnlyList<LabeledImage> FromList(string path) => [.. Entries(path).Select(entry => entry.Label is ""
        ? throw new DataFormatException($"'{path}', line {entry.Line}: expected a path and a label, found the path '{entry.Path}' alone.")
        : LabeledImage.Of(entry))];

    /// <summary>The entries of a list of images, their paths starting from a folder; null takes the folder of the list.</summary>
    /// <exception cref="DataFormatException">A line cannot be read, or can be read in two ways.</exception>
    internal static IEnumerable<LabelListEntry> Entries(string path, string? root = null)
    {
        root ??= Path.GetDirectoryName(Path.GetFullPath(path))!;
        return LabelList.Read(path, LabelListUse.Images).Select(entry => entry with { Path = Path.Combine(root, entry.Path!) });
    }

    /// <summary>
    /// The entries of a <see cref="LabelList"/> with paths as they stand there, or none where entries are labels alone.
    /// </summary>
    /// <param name="path">The list.</param>
    /// <param name="use">What the list is for; by default, a row of a matrix an entry.</param>
    /// <exception cref="DataFormatException">A line cannot be read, or can be read in two ways.</exception>
    public static IReadOnlyList<LabeledImage> ReadLines(string path, LabelListUse use = LabelListUse.Rows) =>
        [.. LabelList.Read(path, use).Select(LabeledImage.Of)];

    private static string LabelOf(string folder, string name) => name.LastIndexOf('/') is > 0 and var slash
        ? name[..slash]
        : throw new DataFormatException($"'{Path.Combine(folder, name)}': expected images in a folder per label below '{folder}', found one in the folder itself.");
}
