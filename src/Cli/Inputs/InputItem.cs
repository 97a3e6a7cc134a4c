using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>One input.</summary>
/// <param name="Path">The file as the caller can open it; <c>file</c> in answers.</param>
/// <param name="Name">Path below the folder that was named (a bare file name for a file), unique in the run: names of outputs.</param>
internal readonly record struct InputItem(string Path, string Name)
{
    /// <summary>Why there is no file to read: the path is a folder that cannot be searched.</summary>
    public Exception? Error { get; init; }

    /// <summary>The output that belongs to this input inside <paramref name="folder"/>; its folder is made.</summary>
    /// <param name="flag">What asks for it, for messages, for example <c>--draw</c>.</param>
    /// <param name="folder">Where outputs go.</param>
    /// <param name="extension">Extension with its dot; null keeps the input's, or takes <c>.png</c> where no image is written with that.</param>
    /// <param name="isOurs">See <see cref="OutputFile.Check"/>.</param>
    /// <exception cref="CliException">It would replace an input, or a file that is none of ours.</exception>
    public string OutputIn(string flag, string folder, string? extension = null, Func<ReadOnlyMemory<byte>, bool>? isOurs = null)
    {
        extension ??= ImageFile.WrittenExtensions.Contains(System.IO.Path.GetExtension(Name).ToLowerInvariant()) ? null : ".png";
        var path = System.IO.Path.Combine(folder, extension is null ? Name : System.IO.Path.ChangeExtension(Name, extension));
        OutputFile.Check(path, flag, isOurs, "results of an earlier run");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }
}
