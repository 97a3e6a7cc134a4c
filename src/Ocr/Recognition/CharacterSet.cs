namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>
/// The output classes of a CTC network: 0 is the blank, then the dictionary's lines in order, then a space.
/// Immutable.
/// </summary>
internal sealed class CharacterSet
{
    private readonly string[] _keys;

    private CharacterSet(string[] keys) => _keys = keys;

    /// <summary>Index of the CTC blank.</summary>
    public static int Blank => 0;

    /// <summary>Number of classes, blank and space included.</summary>
    public int Count => _keys.Length;

    /// <summary>Text of class <paramref name="index"/>; empty for the blank.</summary>
    public string this[int index] => _keys[index];

    /// <summary>
    /// Makes the classes from the dictionary's lines, which are never trimmed: some dictionaries hold a space or U+3000.
    /// </summary>
    /// <param name="name">Model, for messages.</param>
    /// <param name="lines">One key a line.</param>
    /// <param name="classes">Last dimension of the network's output.</param>
    /// <exception cref="ModelFormatException">The dictionary has another length than the network needs.</exception>
    public static CharacterSet Create(string name, IReadOnlyList<string> lines, int classes)
    {
        if (lines.Count + 2 == classes)
        {
            return new CharacterSet(["", .. lines, " "]);
        }

        throw new ModelFormatException(
            name,
            $"a dictionary of {classes - 2} keys (the network has {classes} classes: blank, keys, space)",
            $"{lines.Count} keys");
    }

    /// <summary>Cuts a dictionary that stands in ONNX metadata into lines, without trimming any.</summary>
    public static IReadOnlyList<string> SplitLines(string text)
    {
        var lines = text.Split('\n').Select(l => l.EndsWith('\r') ? l[..^1] : l).ToList();
        if (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }
}
