namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>One input.</summary>
/// <param name="Path">The file as the caller can open it; <c>file</c> in answers.</param>
/// <param name="Name">Path below the folder that was named (a bare file name for a file), unique in the run: names of outputs.</param>
internal readonly record struct InputItem(string Path, string Name)
{
    /// <summary>The output that belongs to this input inside <paramref name="folder"/>; its folder is made.</summary>
    /// <param name="folder">Where outputs go.</param>
    /// <param name="extension">Extension with its dot; null keeps the input's.</param>
    public string OutputIn(string folder, string? extension = null)
    {
        var path = System.IO.Path.Combine(folder, extension is null ? Name : System.IO.Path.ChangeExtension(Name, extension));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}
