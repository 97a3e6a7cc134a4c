namespace PPLCNet.Vision.Tests.Differential.Readers;

/// <summary>A reader of one file format, and files that it reads.</summary>
/// <param name="Name">Name of its property, after <see cref="FileReaders.Prefix"/>.</param>
/// <param name="FileName">What the file is called; extensions matter to some readers.</param>
/// <param name="Files">Good files, made here.</param>
/// <param name="Read">Reads the file at this path; the answer does not matter, the exception does.</param>
internal sealed record FileReader(string Name, string FileName, Lazy<IReadOnlyList<byte[]>> Files, Action<string> Read)
{
    /// <summary>Whether words are put into the file, not only bytes.</summary>
    public bool IsText { get; init; }

    /// <summary>Whether messages must name the file; readers of text that was read elsewhere do not know it.</summary>
    public bool NamesFile { get; init; } = true;

    /// <summary>Makes the checksums of a damaged file right again, half of the time.</summary>
    public Func<byte[], byte[]>? Repair { get; init; }
}
