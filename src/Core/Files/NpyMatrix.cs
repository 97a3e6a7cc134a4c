namespace PPLCNet.Vision.Files;

/// <summary>A matrix from a NumPy <c>.npy</c> file, in memory; <see cref="NpyReader"/> reads larger ones row by row.</summary>
/// <param name="Rows">Vectors.</param>
/// <param name="Columns">Values in a vector.</param>
/// <param name="Values">Row by row.</param>
public sealed record NpyMatrix(int Rows, int Columns, float[] Values)
{
    /// <summary>One row.</summary>
    public ReadOnlyMemory<float> Row(int row) => Values.AsMemory(checked(row * Columns), Columns);

    /// <summary>Reads a two-dimensional matrix of float16, float32 or float64, little-endian, in C order.</summary>
    /// <exception cref="DataFormatException">The file is not such a matrix, is truncated, or has more values than an array
    /// can hold.</exception>
    public static NpyMatrix Read(string path)
    {
        using var reader = NpyReader.Open(path);
        if ((long)reader.Rows * reader.Columns > Array.MaxLength)
        {
            throw new DataFormatException($"'{path}': expected up to {Array.MaxLength} values, found {reader.Rows} x {reader.Columns}.");
        }

        var values = new float[reader.Rows * reader.Columns];
        for (var row = 0; row < reader.Rows; row++)
        {
            reader.ReadRow(values.AsSpan(row * reader.Columns, reader.Columns));
        }

        return new NpyMatrix(reader.Rows, reader.Columns, values);
    }
}
