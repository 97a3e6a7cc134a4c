using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>One image's files.</summary>
/// <param name="Truth">Ground truth by label ids.</param>
/// <param name="Predicted">Prediction by label ids.</param>
/// <param name="Instances">Ground truth by instance ids; null where the file is absent.</param>
internal sealed record CityscapesPair(string Truth, string Predicted, string? Instances);

/// <summary>Finds ground truth and predictions by the official naming rules.</summary>
internal static class CityscapesFiles
{
    private const string TruthEnd = "_gtFine_labelIds.png";

    /// <summary>
    /// Every <c>*_gtFine_labelIds.png</c> below <paramref name="truth"/> with the one file <c>CITY_SEQUENCE_FRAME*.png</c> below
    /// <paramref name="predicted"/>, in ordinal order of the ground truth.
    /// </summary>
    /// <param name="truth">A folder of ground truth: a split (<c>gtFine/val</c>), <c>gtFine</c>, or the data set's root (then
    /// its <c>gtFine/val</c>).</param>
    /// <param name="predicted">Folder of predictions, searched recursively.</param>
    /// <exception cref="DirectoryNotFoundException">A folder does not exist.</exception>
    /// <exception cref="DataFormatException">No ground truth, a name that breaks the rules, or none or several predictions of
    /// one image.</exception>
    public static IReadOnlyList<CityscapesPair> Pair(string truth, string predicted)
    {
        var root = TruthFolder(truth);
        var truths = FilesOf(root).Where(f => f.EndsWith(TruthEnd, StringComparison.Ordinal))
            .OrderBy(f => Path.GetRelativePath(root, f), StringComparer.Ordinal).ToList();
        if (truths.Count == 0)
        {
            throw new DataFormatException($"'{truth}': expected ground truth *{TruthEnd}, found none.");
        }

        // Sorted, so that all names with one beginning stand together.
        var candidates = FilesOf(predicted).Where(f => f.EndsWith(".png", StringComparison.Ordinal))
            .Select(f => (Name: Path.GetFileName(f), Path: f)).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var names = candidates.ConvertAll(c => c.Name);
        return [.. truths.Select(t => new CityscapesPair(t, Find(t, names, candidates, predicted), InstancesOf(t)))];
    }

    private static string Find(string truth, List<string> names, List<(string Name, string Path)> candidates, string folder)
    {
        var core = CityscapesName.Parse(truth).Core;
        var at = names.BinarySearch(core, StringComparer.Ordinal);
        var found = candidates.Skip(at < 0 ? ~at : at).TakeWhile(c => c.Name.StartsWith(core, StringComparison.Ordinal)).ToList();
        return found.Count == 1
            ? found[0].Path
            : throw new DataFormatException(
                $"'{truth}': expected one prediction '{core}*.png' in '{folder}', found {(found.Count == 0 ? "none" : string.Join(", ", found.Select(f => f.Name)))}.");
    }

    private static string? InstancesOf(string truth)
    {
        var path = truth[..^TruthEnd.Length] + "_gtFine_instanceIds.png";
        return File.Exists(path) ? path : null;
    }

    private static string TruthFolder(string folder)
    {
        var val = Path.Combine(folder, "gtFine", "val");
        return Directory.Exists(val) ? val : folder;
    }

    private static IEnumerable<string> FilesOf(string folder) => FileTree.Files(folder);
}
