using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>An image file with the name of what it shows.</summary>
/// <param name="Path">The file; empty where a line of a list is a label alone.</param>
/// <param name="Label">The name; any text, kept as it is.</param>
/// <param name="Group">A third field of a list (a camera, a source), or null.</param>
public sealed record LabeledImage(string Path, string Label, string? Group = null)
{
    /// <summary>
    /// Reads a line as a <see cref="LabelList"/> of one entry; a path alone is labeled with the name of its folder.
    /// </summary>
    /// <exception cref="DataFormatException">The line can be read in two ways.</exception>
    public static LabeledImage Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return LabelList.Parse(line, LabelListUse.Rows, "list") is [var entry] ? Of(entry) : new LabeledImage("", line);
    }

    internal static LabeledImage Of(LabelListEntry entry) =>
        new(entry.Path ?? "", entry.LabelOrFolder, entry.Group);

    /// <summary>The name of the folder that a file is in: its label in a gallery of one folder a label.</summary>
    public static string FolderOf(string path) => LabelListEntry.FolderOf(path);
}
