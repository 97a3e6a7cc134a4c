using System.Globalization;
using System.Text.RegularExpressions;

namespace PPLCNet.Vision.Evaluation.Coco.Images;

/// <summary>
/// COCO images of files: of a ground truth by the path below the folder, by the base name where only one image has it, else by
/// the last
/// digits of the name.
/// </summary>
internal sealed partial class CocoImageIds
{
    private readonly Dictionary<string, List<CocoImage>>? _byBaseName;

    private CocoImageIds(CocoGroundTruth? truth)
    {
        Truth = truth;
        _byBaseName = truth?.Images
            .GroupBy(i => Parts(i.FileName)[^1], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
    }

    /// <summary>Ids from digits alone.</summary>
    public static CocoImageIds FromDigits { get; } = new(null);

    /// <summary>The ground truth; null where the digits tell.</summary>
    public CocoGroundTruth? Truth { get; }

    /// <summary>Ids from a ground truth.</summary>
    /// <exception cref="DataFormatException">No COCO ground truth.</exception>
    public static CocoImageIds Read(string path) => new(CocoGroundTruth.LoadImages(path));

    /// <summary>The image of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its path below the folder that was named; null where that is not known.</param>
    /// <exception cref="DataFormatException">The ground truth does not know it, or knows several that it may be; or its name has
    /// no digits.</exception>
    public CocoImage Of(string path, string? name = null)
    {
        if (_byBaseName is null)
        {
            return LastDigits().Match(Path.GetFileNameWithoutExtension(path)) is { Success: true } match
                && long.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new CocoImage(number, 0, 0, Path.GetFileName(path))
                : throw new DataFormatException(
                    $"'{path}': expected an image id in the digits of the file name, found none; "
                    + "a ground truth gives ids by name.");
        }

        var parts = Parts(Path.GetFullPath(path));
        var known = _byBaseName.GetValueOrDefault(parts[^1]) ?? throw new DataFormatException(
            $"'{path}': expected an image of the ground truth, found no file_name '{parts[^1]}' there.");

        // The more folders agree, the surer the match: `b/1.jpg` is not the truth's `a/1.jpg` while that has a `b/1.jpg`, and
        // where it has
        // several `1.jpg`, the one in no folder is not that of a subfolder.
        var best = known.Where(i => EndsWith(parts, Parts(i.FileName))).GroupBy(i => Parts(i.FileName).Length).MaxBy(g => g.Key)?.ToList();
        var isBaseOnly = best is null || (Parts(best[0].FileName).Length == 1 && name is not null && Parts(name).Length > 1);
        best = isBaseOnly ? known : best!;
        return best is [var only] ? only : throw new DataFormatException(
            $"'{path}': expected one image of the ground truth, found {best.Count} that it may be: "
            + $"{string.Join(", ", best.Take(5).Select(i => $"'{i.FileName}' (id {i.IdText ?? $"{i.Id}"})"))}.");
    }

    // Windows' separators are met in files that are read anywhere.
    private static string[] Parts(string path)
    {
        string[] parts = [.. path.Replace('\\', '/').Split('/').Where(p => p is not ("" or "."))];
        return parts.Length > 0 ? parts : [""];
    }

    private static bool EndsWith(string[] path, string[] end) =>
        end.Length <= path.Length && path.AsSpan(path.Length - end.Length).SequenceEqual(end);

    [GeneratedRegex("[0-9]+", RegexOptions.RightToLeft)]
    private static partial Regex LastDigits();
}
