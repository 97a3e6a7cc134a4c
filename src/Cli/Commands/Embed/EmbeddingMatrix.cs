using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands.Embed;

/// <summary>The files of <c>--npy OUT.npy</c>: the matrix, and <c>OUT.txt</c> with the path of each row, as <see cref="LabelList"/> reads it.</summary>
internal sealed class EmbeddingMatrix : IDisposable
{
    private readonly NpyWriter _matrix;
    private readonly StreamWriter _paths;

    /// <summary>Creates or replaces both files.</summary>
    public EmbeddingMatrix(string path, int columns)
    {
        Check(path, "--npy");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _matrix = new NpyWriter(path, columns);
        _paths = new StreamWriter(Path.ChangeExtension(path, ".txt"));
    }

    /// <summary>Makes sure that a matrix and the text beside it may be written: a text without a matrix is somebody's list.</summary>
    /// <exception cref="CliException">They must not.</exception>
    public static void Check(string path, string flag)
    {
        OutputFile.Check(path, flag, head => head.Span.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M']), "a matrix of an earlier run");
        var text = Path.ChangeExtension(path, ".txt");
        OutputFile.Check(text, $"{flag} (the text beside it)", _ => File.Exists(path), "one beside a matrix");
    }

    /// <summary>Appends an image's vector.</summary>
    public void Add(string path, ReadOnlySpan<float> vector)
    {
        _matrix.Add(vector);
        _paths.Write(LabelList.Line(path));
        _paths.Write('\n');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _matrix.Dispose();
        _paths.Dispose();
    }
}
