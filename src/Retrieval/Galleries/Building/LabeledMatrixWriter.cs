using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>
/// Writes vectors as a matrix of NumPy, and beside it a text file of the same name with the path of each row, as
/// <see cref="LabeledMatrix"/>
/// reads them. Both appear with <see cref="Complete"/>; without it, files that were there stay. Not thread-safe.
/// </summary>
internal sealed class LabeledMatrixWriter : IDisposable
{
    private readonly NpyWriter _matrix;
    private readonly PendingFile _labelFile;
    private readonly StreamWriter _labels;

    /// <summary>Starts both files; their folder is created where it does not exist.</summary>
    /// <param name="path">The matrix, <c>.npy</c>.</param>
    /// <param name="dimensions">Values in a row.</param>
    public LabeledMatrixWriter(string path, int dimensions)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _matrix = new NpyWriter(path, dimensions);
        try
        {
            _labelFile = new PendingFile(LabelFileOf(path));
        }
        catch
        {
            _matrix.Dispose();
            throw;
        }

        _labels = new StreamWriter(_labelFile.Stream, leaveOpen: true);
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

    /// <summary>Puts both files in their place; nothing can be added afterwards.</summary>
    /// <exception cref="IOException">The disk cannot be written to.</exception>
    public void Complete()
    {
        _labels.Flush();
        _matrix.Complete();
        _labelFile.Complete(flushToDisk: true);
    }

    /// <summary>Closes both files; what was not completed is given up.</summary>
    public void Dispose()
    {
        _matrix.Dispose();
        _labelFile.Dispose();
    }
}
