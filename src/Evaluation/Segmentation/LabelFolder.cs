namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>Files of a folder of label maps.</summary>
internal static class LabelFolder
{
    // Hidden files are nobody's label maps: macOS leaves ._NAME.png beside NAME.png, editors leave .checkpoints.
    private static readonly EnumerationOptions _everyVisible = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    /// <summary>Every file below a folder but hidden ones.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<string> FilesOf(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*", _everyVisible)
        : throw new DirectoryNotFoundException($"'{folder}': expected a folder, found none.");
}
