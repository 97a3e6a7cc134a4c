using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>One labelled line image.</summary>
/// <param name="Path">Its file, as written.</param>
/// <param name="Text">Its text.</param>
public readonly record struct LabelledLine(string Path, string Text);

/// <summary>Label files of text lines: path, a tab (or, where a line has none, the first space), text.</summary>
public static class LabelFile
{
    /// <summary>Reads a file; texts are not trimmed.</summary>
    /// <exception cref="DataFormatException">A line has neither tab nor space.</exception>
    public static List<LabelledLine> Read(string path)
    {
        var labels = new List<LabelledLine>();
        var number = 0;
        foreach (var line in InputFile.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            var cut = line.IndexOf('\t', StringComparison.Ordinal);
            cut = cut >= 0 ? cut : line.IndexOf(' ', StringComparison.Ordinal);
            labels.Add(cut > 0
                ? new LabelledLine(line[..cut].TrimStart('\uFEFF'), line[(cut + 1)..])
                : throw new DataFormatException($"'{path}', line {number}: expected a path, a tab or space, and a text; found '{line}'."));
        }

        return labels;
    }
}
