using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>An image with its true class.</summary>
internal readonly record struct ClassifiedImage(string Path, int ClassId);

/// <summary>Reads truth for classification: a file of labels, or a folder for each class.</summary>
internal static class ClassifiedImages
{
    /// <summary>
    /// Reads a <see cref="LabelList"/> of paths and classes: their numbers or names. Paths are relative to
    /// <paramref name="root"/>.
    /// </summary>
    /// <exception cref="DataFormatException">A line has no class, or one that is not among the labels.</exception>
    public static IReadOnlyList<ClassifiedImage> FromFile(string path, string root, IReadOnlyList<string> labels)
    {
        var ids = Ids(labels);
        return [.. LabelList.Read(path, LabelListUse.LabelledImages).Select(entry => new ClassifiedImage(
            Path.Combine(root, entry.Path!),
            Find(ids, labels.Count, entry.Label!.Trim()) ?? throw new DataFormatException(
                $"'{path}', line {entry.Line}: expected one of the model's {labels.Count} classes, found '{entry.Label}'.")))];
    }

    /// <summary>
    /// Takes every image below <paramref name="folder"/>; the first folder on its way is its class: a name or number of the
    /// model's, or, where there are exactly as many folders as classes, its rank in ordinal order.
    /// </summary>
    /// <exception cref="DataFormatException">A folder is not a class.</exception>
    public static IReadOnlyList<ClassifiedImage> FromFolders(string folder, IReadOnlyList<string> labels)
    {
        var ids = Ids(labels);
        var classes = Directory.GetDirectories(folder).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal).ToList();
        var named = classes.ConvertAll(c => Find(ids, labels.Count, c));
        var unknown = classes.Where((_, i) => named[i] is null).ToList();
        if (classes.Count == 0 || (unknown.Count > 0 && classes.Count != labels.Count))
        {
            throw new DataFormatException($"'{folder}': expected a folder for each of the model's {labels.Count} classes, found {classes.Count} folders{(unknown.Count > 0 ? $", among them '{unknown[0]}', which is no class" : "")}.");
        }

        return [.. classes.SelectMany((name, rank) => ImageFile.Find(Path.Combine(folder, name))
            .Select(f => f.Error is null ? f.Path : throw f.Error)
            .Select(f => new ClassifiedImage(f, unknown.Count > 0 ? rank : named[rank]!.Value)))];
    }

    private static Dictionary<string, int> Ids(IReadOnlyList<string> labels)
    {
        var ids = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < labels.Count; i++)
        {
            ids.TryAdd(labels[i], i);
        }

        return ids;
    }

    private static int? Find(Dictionary<string, int> ids, int count, string name) =>
        ids.TryGetValue(name, out var id) || ids.TryGetValue(name.Replace('_', ' '), out id) ? id
        : int.TryParse(name, out id) && id >= 0 && id < count ? id
        : null;
}
