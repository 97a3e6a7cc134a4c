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
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _matrix = new NpyWriter(path, columns);
        _paths = new StreamWriter(Path.ChangeExtension(path, ".txt"));
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
