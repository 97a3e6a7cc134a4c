using PPLCNet.Vision.Backbone.Imaging;

namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>Reads labelled pictures from a folder per label or from a list.</summary>
public static class LabeledPictures
{
    /// <summary>Reads a folder or a list, whichever <paramref name="path"/> is.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    /// <exception cref="InvalidDataException">A line without a label, or nothing at all.</exception>
    public static IReadOnlyList<LabeledPicture> Read(string path)
    {
        var found = Directory.Exists(path) ? FromFolder(path)
            : File.Exists(path) ? FromList(path)
            : throw new FileNotFoundException($"'{path}': expected a folder with a folder per label, or a list of path and label; found nothing.", path);
        return found.Count > 0 ? found : throw new InvalidDataException($"'{path}': expected labelled pictures, found none.");
    }

    /// <summary>A folder per label, nested ones included: the label is the path of a picture's folder below <paramref name="folder"/>. Ordinal order of the paths.</summary>
    /// <exception cref="InvalidDataException">A picture lies in <paramref name="folder"/> itself, so it has no label.</exception>
    public static IReadOnlyList<LabeledPicture> FromFolder(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => ImageFile.Extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
            .Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)
            .Select(name => new LabeledPicture(Path.Combine(folder, name), LabelOf(folder, name)))];

    /// <summary>A list, a picture a line (see <see cref="LabeledPicture.Parse"/>), with paths relative to the list.</summary>
    /// <exception cref="InvalidDataException">A line without a path or without a label.</exception>
    public static IReadOnlyList<LabeledPicture> FromList(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return [.. ReadLines(path).Select((picture, i) => picture.Path.Length > 0 && picture.Label.Length > 0
            ? picture with { Path = Path.Combine(folder, picture.Path) }
            : throw new InvalidDataException($"'{path}', entry {i + 1}: expected a path and a label, found '{picture.Path}{picture.Label}'."))];
    }

    /// <summary>The lines of a list with paths as they stand there, or none where lines are labels alone; empty lines are passed over.</summary>
    public static IReadOnlyList<LabeledPicture> ReadLines(string path) =>
        [.. File.ReadLines(path).Where(l => l.Length > 0).Select(LabeledPicture.Parse)];

    private static string LabelOf(string folder, string name) => name.LastIndexOf('/') is > 0 and var slash
        ? name[..slash]
        : throw new InvalidDataException($"'{Path.Combine(folder, name)}': expected pictures in a folder per label below '{folder}', found one in the folder itself.");
}
