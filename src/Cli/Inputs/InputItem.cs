namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>One input.</summary>
/// <param name="Path">The file as the caller can open it; <c>file</c> in answers.</param>
/// <param name="Name">Path below the folder that was named (a bare file name for a file), unique in the run: names of outputs
/// that keep the input's extension.</param>
internal readonly record struct InputItem(string Path, string Name)
{
    /// <summary>Why there is no file to read: the path is a folder that cannot be searched.</summary>
    public Exception? Error { get; init; }

    /// <summary>
    /// <see cref="Name"/> without its extension, with a number where another input has the same: names of outputs with an
    /// extension of their own, so that those of <c>x.jpg</c> and <c>x.png</c> do not overwrite each other.
    /// </summary>
    public string Stem { get; init; } = WithoutExtension(Name);

    /// <summary>The output that belongs to this input inside <paramref name="folder"/>; its folder is made.</summary>
    /// <param name="flag">What asks for it, for messages, for example <c>--draw</c>.</param>
    /// <param name="folder">Where outputs go.</param>
    /// <param name="extension">Extension with its dot; null keeps the input's, or takes <c>.png</c> where no image is written
    /// with that.</param>
    /// <param name="isOurs">See <see cref="OutputFile.Check"/>.</param>
    /// <param name="content">See <see cref="OutputFile.Check"/>.</param>
    /// <exception cref="CliException">It would replace an input, or a file that is none of ours.</exception>
    public string OutputIn(
        string flag, string folder, string? extension = null, Func<ReadOnlyMemory<byte>, bool>? isOurs = null, byte[]? content = null)
    {
        var path = PathIn(folder, ref extension);
        OutputFile.Check(path, flag, isOurs, "results of an earlier run", content);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (extension is not null && Stem != WithoutExtension(Name))
        {
            Terminal.Warn($"{Path}: another input has the same name but for its extension; '{path}' is this one's.");
        }

        return path;
    }

    /// <summary>The image that belongs to this input inside a folder; only one of an earlier run is replaced.</summary>
    /// <inheritdoc cref="OutputIn"/>
    public string ImageIn(string flag, string folder, string? extension = null)
    {
        var path = PathIn(folder, ref extension);
        return OutputIn(flag, folder, extension, _ => OutputImage.IsOurs(path));
    }

    /// <summary>A path without its extension.</summary>
    public static string WithoutExtension(string path) => path[..^System.IO.Path.GetExtension(path).Length];

    private string PathIn(string folder, ref string? extension)
    {
        extension ??= ImageFile.WrittenExtensions.Contains(System.IO.Path.GetExtension(Name).ToLowerInvariant()) ? null : ".png";
        return System.IO.Path.Combine(folder, extension is null ? Name : Stem + extension);
    }
}
