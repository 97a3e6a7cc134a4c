namespace PPLCNet.Vision.Files;

/// <summary>What a list is read for, which decides what a line without a delimiter can mean.</summary>
internal enum LabelListUse
{
    /// <summary>Images, each with a label or without one.</summary>
    Images,

    /// <summary>Images that must have labels.</summary>
    LabelledImages,

    /// <summary>Rows of a matrix: a path, a label, or both.</summary>
    Rows,

    /// <summary>Images of text: the text is all that follows the delimiter, literally, quotes and tabs included.</summary>
    Texts,
}

/// <summary>An entry of a list.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Path">The path as it stands there; null where the entry is a label alone.</param>
/// <param name="Label">The label or text; null where the entry is a path alone.</param>
/// <param name="Group">A third field (a camera, a source); null where there is none.</param>
internal readonly record struct LabelListEntry(int Line, string? Path, string? Label, string? Group = null)
{
    /// <summary>The label, else the name of the folder that the file is in.</summary>
    public string LabelOrFolder => Label ?? FolderOf(Path!);

    /// <summary>The name of the folder that a file is in.</summary>
    public static string FolderOf(string path) => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))) ?? "";
}
