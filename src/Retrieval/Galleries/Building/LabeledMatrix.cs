using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>
/// Vectors that were made elsewhere: a matrix of NumPy with a label for each row. Read once, in order; not thread-safe.
/// </summary>
internal sealed class LabeledMatrix : IDisposable
{
    private readonly NpyReader _matrix;
    private readonly IReadOnlyList<LabeledImage> _labels;

    private LabeledMatrix(NpyReader matrix, IReadOnlyList<LabeledImage> labels)
    {
        _matrix = matrix;
        _labels = labels;
    }

    /// <summary>Values in a row.</summary>
    public int Dimensions => _matrix.Columns;

    /// <summary>Number of rows.</summary>
    public int Count => _labels.Count;

    /// <summary>Opens a matrix and its labels.</summary>
    /// <param name="path">The matrix, <c>.npy</c> of shape [N, D] and of type float16, float32 or float64.</param>
    /// <param name="labelFile">Path and label, or a label alone, for each row; null takes the file of the same name ending in
    /// <c>.txt</c>.</param>
    /// <exception cref="FileNotFoundException">One of the two is missing.</exception>
    /// <exception cref="DataFormatException">One of the two cannot be read, or they differ in length.</exception>
    public static LabeledMatrix Open(string path, string? labelFile = null)
    {
        labelFile ??= LabeledMatrixWriter.LabelFileOf(path);
        var matrix = NpyReader.Open(path);
        try
        {
            var labels = LabeledImages.ReadLines(labelFile);
            return labels.Count == matrix.Rows
                ? new LabeledMatrix(matrix, labels)
                : throw new DataFormatException(
                    $"'{labelFile}': expected {matrix.Rows} lines, as '{path}' has rows, found {labels.Count}.");
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _matrix.Dispose();

    /// <summary>The rows as items with ids from <paramref name="firstId"/> on.</summary>
    internal IEnumerable<GalleryItem> Items(long firstId, ItemPaths paths) => _labels.Select((line, row) => new GalleryItem(
        checked(firstId + row),
        line.Label,
        _matrix.ReadRow(),
        line.Path.Length == 0 ? null
            : new Dictionary<string, MetadataValue> { [ItemPaths.Field] = paths.StoreListed(line.Path) }));
}
