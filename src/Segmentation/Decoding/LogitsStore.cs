namespace PPLCNet.Vision.Segmentation.Decoding;

/// <summary>Logits that a result keeps, and the way to the image's size. Immutable.</summary>
/// <param name="Values">[classes, height, width].</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Height">Rows of the grid.</param>
/// <param name="Width">Columns of the grid.</param>
/// <param name="Decoder">From the grid to the image.</param>
/// <param name="IsProbability">Whether the values are probabilities.</param>
internal sealed record LogitsStore(float[] Values, int Classes, int Height, int Width, LogitsDecoder Decoder, bool IsProbability)
{
    /// <summary>The values of each row of the image, [classes, width].</summary>
    public void ForEachRow(LogitsDecoder.RowAction take) =>
        Decoder.ForEachRow(new LogitsGrid(Values, Classes, Height, Width, Classes), take);
}
