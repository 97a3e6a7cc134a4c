namespace PPLCNet.Vision.Files;

/// <summary>
/// The one form of labeled lists: UTF-8, an entry per line, with a path, a label and perhaps a group. Empty lines are skipped.
/// </summary>
/// <remarks>
/// <para>Fields are parted by tabs, or by commas (blanks around them are dropped), or by a blank after the path; one way for
/// the whole file. In the last form the rest of the line is the label; where every line continues with two whole numbers, as
/// lists of PaddleClas do, these are label and group. Without a tab, a path ends where an extension of an image is followed
/// by a comma, a blank or the end of the line, so paths and labels may have blanks and commas of their own. A line that is a
/// path alone has no label, one that is a word alone is a label or a path as the list is used.</para>
/// <para>A field in double quotes is taken literally, a quote in it doubled; it may hold tabs, commas and line ends. Lists
/// that can be read in two ways are an error that says so: part the fields by tabs, or quote them.</para>
/// </remarks>
internal static class LabelList
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="DataFormatException">A line cannot be read, or can be read in two ways; the message names file and
    /// line.</exception>
    public static IReadOnlyList<LabelListEntry> Read(string path, LabelListUse use) => Parse(Utf8File.ReadAllText(path), use, path);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The list.</param>
    /// <param name="use">What for.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="DataFormatException">A line cannot be read, or can be read in two ways; the message names the
    /// line.</exception>
    public static IReadOnlyList<LabelListEntry> Parse(string text, LabelListUse use, string name) =>
        new LabelListResolver(use, name).Resolve(LabelListLine.Split(text, use == LabelListUse.Texts, name));

    /// <summary>
    /// The line of a path alone, which is read back exactly for every use but <see cref="LabelListUse.Texts"/>.
    /// </summary>
    public static string Line(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var ends = Ends(path);
        var isImage = ends.Count > 0 && ends[^1] == path.Length;
        if (!isImage && !path.AsSpan().ContainsAny('/', '\\'))
        {
            // A word could be a label; with a label after it, it cannot.
            return Line(path, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) ?? "");
        }

        var isPlain = isImage ? ends.Count == 1 : !path.AsSpan().ContainsAny(' ', ',');
        return isPlain ? Quote(path) : Quote(path, always: true);
    }

    /// <summary>The line of a path and a label, parted by a tab, which is read back exactly.</summary>
    public static string Line(string path, string label, string? group = null) =>
        group is null ? $"{Quote(path)}\t{Quote(label)}" : $"{Quote(path)}\t{Quote(label)}\t{Quote(group)}";

    /// <summary>
    /// The blank that ends the path in a line without a tab, where an extension of an image shows it; null where none does.
    /// </summary>
    public static int? PathEnd(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return Ends(line).Where(e => e < line.Length && line[e] == ' ').Select(e => (int?)e).FirstOrDefault();
    }

    /// <summary>
    /// Where a path may end in a line without a tab: behind an extension of an image that a comma, a blank or nothing
    /// follows.
    /// </summary>
    internal static IReadOnlyList<int> Ends(string line)
    {
        var ends = new List<int>();
        for (var dot = line.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = line.IndexOf('.', dot + 1))
        {
            var end = line.AsSpan(dot).IndexOfAny(' ', ',') is >= 0 and var length ? dot + length : line.Length;
            if (ImageExtensions.Read.Contains(line[dot..end].ToLowerInvariant()))
            {
                ends.Add(end);
            }
        }

        return ends;
    }

    private static string Quote(string field, bool always = false) =>
        always || field.StartsWith('"') || field.AsSpan().ContainsAny('\t', '\r', '\n') ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
