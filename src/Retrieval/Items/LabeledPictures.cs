using PPLCNet.Vision.Backbone.Imaging;

namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>A picture file with the name of what it shows.</summary>
/// <param name="Path">The file as it can be opened.</param>
/// <param name="Label">The name; any text, kept as it is.</param>
/// <param name="Group">A third field of a list (a camera, a source), or null.</param>
public sealed record LabeledPicture(string Path, string Label, string? Group = null);

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

    /// <summary>
    /// A list: path and label on each line, then perhaps a group; fields are separated by tabs if the line has one, else by commas,
    /// else the first space ends the path. Paths are relative to the list. Labels keep their spaces.
    /// </summary>
    /// <exception cref="InvalidDataException">A line without a label.</exception>
    public static IReadOnlyList<LabeledPicture> FromList(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var pictures = new List<LabeledPicture>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            var fields = Fields(line);
            if (fields.Length < 2 || fields[0].Length == 0)
            {
                throw new InvalidDataException($"'{path}', line {number}: expected a path and a label, found '{line}'.");
            }

            pictures.Add(new LabeledPicture(Path.Combine(folder, fields[0]), fields[1], fields.Length > 2 ? fields[2] : null));
        }

        return pictures;
    }

    private static string[] Fields(string line) =>
        line.Contains('\t', StringComparison.Ordinal) ? line.Split('\t')
        : line.Contains(',', StringComparison.Ordinal) ? line.Split(',', StringSplitOptions.TrimEntries)
        : line.Split(' ', 2, StringSplitOptions.TrimEntries);

    private static string LabelOf(string folder, string name) => name.LastIndexOf('/') is > 0 and var slash
        ? name[..slash]
        : throw new InvalidDataException($"'{Path.Combine(folder, name)}': expected pictures in a folder per label below '{folder}', found one in the folder itself.");
}
