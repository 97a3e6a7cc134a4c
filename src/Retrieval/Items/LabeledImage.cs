namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>An image file with the name of what it shows.</summary>
/// <param name="Path">The file; empty where a line of a list is a label alone.</param>
/// <param name="Label">The name; any text, kept as it is.</param>
/// <param name="Group">A third field of a list (a camera, a source), or null.</param>
public sealed record LabeledImage(string Path, string Label, string? Group = null)
{
    /// <summary>
    /// Reads a line of a list: path, label, and perhaps a group, parted by tabs if the line has one, else by commas, else the first space ends the path.
    /// A line that is one word is a path, labelled with the name of its folder, where it has a slash, and else a label alone.
    /// </summary>
    public static LabeledImage Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var fields = line.Contains('\t', StringComparison.Ordinal) ? line.Split('\t')
            : line.Contains(',', StringComparison.Ordinal) ? line.Split(',', StringSplitOptions.TrimEntries)
            : line.Split(' ', 2);
        return fields.Length > 1 ? new LabeledImage(fields[0], fields[1], fields.Length > 2 ? fields[2] : null)
            : line.Contains('/', StringComparison.Ordinal) ? new LabeledImage(line, FolderOf(line))
            : new LabeledImage("", line);
    }

    /// <summary>The name of the folder that a file is in: its label in a gallery of one folder a label.</summary>
    public static string FolderOf(string path) => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))) ?? "";
}
