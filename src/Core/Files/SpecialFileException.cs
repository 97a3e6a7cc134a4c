namespace PPLCNet.Vision.Files;

/// <summary>A path that was given as an input names a pipe, a device, a socket or a folder.</summary>
internal sealed class SpecialFileException : IOException
{
    /// <summary>Describes what is there instead of a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="found">What it names, for example <c>a named pipe</c>.</param>
    public SpecialFileException(string path, string found)
        : base($"'{path}': expected a regular file, found {found}.") => Found = found;

    /// <summary>What the path names.</summary>
    public string Found { get; }
}
