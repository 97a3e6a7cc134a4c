using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>One labeled line image.</summary>
/// <param name="Path">Its file, as written.</param>
/// <param name="Text">Its text.</param>
internal readonly record struct LabelledLine(string Path, string Text);

/// <summary>Label files of text lines: a <see cref="LabelList"/> whose texts are taken literally.</summary>
internal static class LabelFile
{
    /// <summary>Reads a file; texts are not trimmed.</summary>
    /// <exception cref="DataFormatException">A line has no text, or can be read in two ways.</exception>
    public static List<LabelledLine> Read(string path) =>
        [.. LabelList.Read(path, LabelListUse.Texts).Select(entry => new LabelledLine(entry.Path!, entry.Label!))];
}
