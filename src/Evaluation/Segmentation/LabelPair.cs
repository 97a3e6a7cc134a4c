using PPLCNet.Vision.Files;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>Ground truth and the file to compare it with.</summary>
/// <param name="Truth">A label map.</param>
/// <param name="Other">A predicted label map, or the image to predict from.</param>
public sealed record LabelPair(string Truth, string Other)
{
    /// <summary>
    /// Pairs the label maps of one folder with the files of another by relative path without extension (CamVid's layout:
    /// <c>testannot/NAME.png</c> and <c>test/NAME.png</c>), in ordinal order.
    /// </summary>
    /// <param name="truth">Folder of label maps, searched recursively.</param>
    /// <param name="other">Folder of predictions or images.</param>
    /// <param name="extensions">Extensions that count in <paramref name="other"/>, lower case with the dot.</param>
    /// <exception cref="DirectoryNotFoundException">A folder does not exist.</exception>
    /// <exception cref="DataFormatException">There is no label map, one has no partner, or two files could be its
    /// partner.</exception>
    public static IReadOnlyList<LabelPair> ByName(string truth, string other, IReadOnlyCollection<string> extensions)
    {
        var others = FilesOf(other)
            .Where(f => extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
            .ToLookup(f => StemOf(other, f), StringComparer.Ordinal);
        var pairs = FilesOf(truth)
            .Where(f => Path.GetExtension(f).Equals(".png", StringComparison.OrdinalIgnoreCase))
            .OrderBy(f => StemOf(truth, f), StringComparer.Ordinal)
            .Select(f => others[StemOf(truth, f)].ToList() switch
            {
                [var only] => new LabelPair(f, only),
                [] => throw new DataFormatException($"'{f}': expected a file '{StemOf(truth, f)}' in '{other}', found none."),
                var several => throw new DataFormatException($"'{f}': expected one file '{StemOf(truth, f)}' in '{other}', found {several.Count}."),
            })
            .ToList();
        return pairs.Count > 0 ? pairs : throw new DataFormatException($"'{truth}': expected label maps (*.png), found none.");
    }

    /// <summary>Refuses two maps of different size.</summary>
    /// <exception cref="DataFormatException">The sizes differ.</exception>
    public static void CheckSize(LabelMap truth, LabelMap predicted, string truthSource, string predictedSource)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        if (truth.Width != predicted.Width || truth.Height != predicted.Height)
        {
            throw new DataFormatException(
                $"'{predictedSource}': expected {truth.Width}x{truth.Height} as in '{truthSource}', found {predicted.Width}x{predicted.Height}.");
        }
    }

    private static IEnumerable<string> FilesOf(string folder) => FileTree.Files(folder);

    private static string StemOf(string folder, string file) =>
        Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace(Path.DirectorySeparatorChar, '/');
}
