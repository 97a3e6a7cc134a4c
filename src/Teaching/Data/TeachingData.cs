using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Teaching.Data;

/// <summary>Images with labels to learn from, and perhaps others to validate with. Immutable; no image is read.</summary>
public sealed record TeachingData
{
    private const int NamesInMessage = 3;

    /// <summary>Where the images come from, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>The images to learn from.</summary>
    public required IReadOnlyList<LabeledPhoto> Photos { get; init; }

    /// <summary>The images to validate with; null holds a part of <see cref="Photos"/> back.</summary>
    public IReadOnlyList<LabeledPhoto>? Validation { get; init; }

    /// <summary>Whether an image may have no label or several.</summary>
    public bool IsMultiLabel { get; init; }

    /// <summary>Folders that could not be read.</summary>
    public IReadOnlyList<TeachingFailure> Failures { get; init; } = [];

    /// <summary>What is unusual about the source, for people.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The labels, in ordinal order; the classes of the head.</summary>
    public IReadOnlyList<string> Labels => [.. Photos.SelectMany(p => p.Labels).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// Reads a folder per label. A label is the path of its folder below <paramref name="folder"/>: <c>apple</c>, or
    /// <c>fruit/apple</c> where folders are nested.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="validation">A folder with the same labels for validation; null for none.</param>
    /// <exception cref="DirectoryNotFoundException">A folder does not exist.</exception>
    /// <exception cref="DataFormatException">Images lie beside the label folders or both in a folder and below it, or the
    /// validation has a label that the training has not.</exception>
    public static TeachingData FromFolder(string folder, string? validation = null)
    {
        var data = Read(folder);
        if (validation is null)
        {
            return data;
        }

        var held = Read(validation);
        if (held.Labels.Except(data.Labels).FirstOrDefault() is { } unknown)
        {
            throw new DataFormatException($"'{validation}': expected the labels of '{folder}' only, found '{unknown}'.");
        }

        return held.Photos.Count > 0
            ? data with { Validation = held.Photos, Failures = [.. data.Failures, .. held.Failures], Notes = [.. data.Notes, .. held.Notes] }
            : throw new DataFormatException($"'{validation}': expected images in a folder per label, found none.");
    }

    /// <summary>
    /// Reads a <see cref="LabelList"/> of images with any number of labels: one line per label, or several labels in a line,
    /// parted by semicolons. An image without a label shows none of them.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="root">Where relative paths start; null takes the folder of the list.</param>
    /// <exception cref="FileNotFoundException">The list does not exist.</exception>
    /// <exception cref="DataFormatException">A line cannot be read.</exception>
    public static TeachingData FromList(string list, string? root = null)
    {
        if (!File.Exists(list))
        {
            throw new FileNotFoundException($"'{list}': expected a list of images and labels, found no file.", list);
        }

        root ??= Path.GetDirectoryName(Path.GetFullPath(list))!;
        var photos = LabelList.Read(list, LabelListUse.Images)
            .GroupBy(e => Path.Combine(root, e.Path!))
            .Select(g => new LabeledPhoto(g.Key, [.. g.SelectMany(e => Split(e.Label)).Distinct().Order(StringComparer.Ordinal)]))
            .ToList();
        return photos.Count > 0
            ? new TeachingData { Source = list, Photos = photos, IsMultiLabel = true }
            : throw new DataFormatException($"'{list}': expected images with labels, found none.");
    }

    /// <summary>Checks that there is enough to learn from and to choose the strength of regularization with.</summary>
    /// <exception cref="DataFormatException">There are fewer than two labels, or fewer than two with two images; where images may
    /// have several labels, no label is on two images or more and not on all.</exception>
    internal void Require()
    {
        var labels = Photos.SelectMany(p => p.Labels).GroupBy(l => l).Select(g => (Label: g.Key, Count: g.Count())).ToList();
        if (IsMultiLabel)
        {
            if (!labels.Exists(l => l.Count > 1 && l.Count < Photos.Count))
            {
                throw new DataFormatException(
                    $"'{Source}': expected a label that two images or more have and others have not, found {Count(labels.Count, "label")} on {Count(Photos.Count, "image")}{(labels.Count == 0 ? "" : labels.Exists(l => l.Count > 1) ? ", each on one image or on all" : ", each on one image")}.{FailureText()}");
            }

            return;
        }

        if (labels.Count < 2)
        {
            var found = labels.Count == 0 ? "no image" : $"only '{labels[0].Label}' with {Count(labels[0].Count, "image")}";
            throw new DataFormatException(
                $"'{Source}': expected images of two labels or more, each in a folder of its name, found {found}. To tell one thing from everything else, add a folder of images of other things.{FailureText()}");
        }

        var several = labels.Count(l => l.Count > 1);
        if (several < 2)
        {
            throw new DataFormatException(
                $"'{Source}': expected two labels or more with two images or more each, found {Count(labels.Count, "label")}, {(several == 0 ? "each with one image" : "all but one with one image")}. A head cannot be checked on an image that it learned from; with one image a label, build a gallery: `pplcnet index build`.{FailureText()}");
        }
    }

    private string FailureText() => Failures.Count == 0 ? "" : $" {Count(Failures.Count, "file")} could not be used, the first because: {Failures[0].Error.Message}";

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string[] Split(string? label) =>
        (label ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static TeachingData Read(string folder)
    {
        var found = ImageFile.Find(folder);
        var images = found.Where(f => f.Error is null).ToList();
        if (images.Find(f => !f.Name.Contains('/')) is { Name: not null } loose)
        {
            throw new DataFormatException(
                $"'{loose.Path}': expected images in a folder per label below '{folder}', found one in the folder itself.");
        }

        var labels = images.Select(f => f.Name[..f.Name.LastIndexOf('/')]).ToHashSet(StringComparer.Ordinal);
        foreach (var label in labels.Order(StringComparer.Ordinal))
        {
            for (var at = label.LastIndexOf('/'); at > 0; at = label.LastIndexOf('/', at - 1))
            {
                if (labels.Contains(label[..at]))
                {
                    throw new DataFormatException(
                        $"'{folder}': expected the images of a label in one folder, found images both in '{label[..at]}' and below it, in '{label}'. Move them into one folder, or the first ones into a folder of their own.");
                }
            }
        }

        return new TeachingData
        {
            Source = folder,
            Photos = [.. images.Select(f => new LabeledPhoto(f.Path, [f.Name[..f.Name.LastIndexOf('/')]]))],
            Failures = [.. found.Where(f => f.Error is not null).Select(f => new TeachingFailure(f.Path, f.Error!))],
            Notes = [.. EmptyFolders(folder, labels)],
        };
    }

    private static IEnumerable<string> EmptyFolders(string folder, HashSet<string> labels)
    {
        var empty = Directory.EnumerateDirectories(folder).Select(d => Path.GetFileName(d)).Where(d => !d.StartsWith('.'))
            .Where(d => !labels.Any(l => l == d || l.StartsWith(d + "/", StringComparison.Ordinal))).Order(StringComparer.Ordinal).ToList();
        if (empty.Count > 0)
        {
            yield return $"{Count(empty.Count, "folder")} without images, of which no label is made: "
                + string.Join(", ", empty.Take(NamesInMessage).Select(e => $"'{e}'")) + (empty.Count > NamesInMessage ? ", ..." : "");
        }
    }
}
