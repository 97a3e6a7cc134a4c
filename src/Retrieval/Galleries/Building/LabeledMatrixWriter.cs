using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>
/// Writes vectors as a matrix of NumPy, and beside it a text file of the same name with the path of each row, as
/// <see cref="LabeledMatrix"/>
/// reads them. Not thread-safe.
/// </summary>
internal sealed class LabeledMatrixWriter : IDisposable
{
    private readonly NpyWriter _matrix;
    private readonly StreamWriter _labels;

    /// <summary>Creates or replaces both files; their folder is created where it does not exist.</summary>
    /// <param name="path">The matrix, <c>.npy</c>.</param>
    /// <param name="dimensions">Values in a row.</param>
    public LabeledMatrixWriter(string path, int dimensions)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _matrix = new NpyWriter(path, dimensions);
        _labels = new StreamWriter(LabelFileOf(path));
    }

    /// <summary>The text file that belongs to a matrix.</summary>
    public static string LabelFileOf(string path) => Path.ChangeExtension(path, ".txt");

    /// <summary>Appends a row.</summary>
    /// <param name="path">The image, or another name of the row.</param>
    /// <param name="vector">The values.</param>
    /// <param name="label">What the image shows; null where that is not known.</param>
    public void Add(string path, ReadOnlySpan<float> vector, string? label = null)
    {
        _matrix.Add(vector);
        _labels.Write(label is null ? LabelList.Line(path) : LabelList.Line(path, label));
        _labels.Write('\n');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _matrix.Dispose();
        _labels.Dispose();
    }
}
