namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>One line of a label file: a path and a label.</summary>
/// <param name="Path">The picture; empty where the line is a label alone.</param>
/// <param name="Label">The label; it may contain spaces.</param>
public readonly record struct LabelLine(string Path, string Label)
{
    /// <summary>
    /// Reads a line: path, tab, label; or path, space, label. A line that is one word is a path, labelled with the name of its folder, where it has a
    /// slash, and else a label alone.
    /// </summary>
    public static LabelLine Parse(string line)
    {
        var at = line.IndexOf('\t', StringComparison.Ordinal);
        at = at < 0 ? line.IndexOf(' ', StringComparison.Ordinal) : at;
        return at >= 0 ? new LabelLine(line[..at], line[(at + 1)..])
            : line.Contains('/', StringComparison.Ordinal) ? new LabelLine(line, FolderOf(line))
            : new LabelLine("", line);
    }

    /// <summary>Reads a file; empty lines are passed over.</summary>
    public static IReadOnlyList<LabelLine> ReadFile(string path) => [.. File.ReadLines(path).Where(l => l.Length > 0).Select(Parse)];

    /// <summary>The name of the folder that a file is in: its label in a gallery of one folder a label.</summary>
    public static string FolderOf(string path) => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))) ?? "";
}
