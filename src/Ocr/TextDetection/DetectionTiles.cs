namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>A part of a map along one axis.</summary>
/// <param name="Start">First cell that the network sees.</param>
/// <param name="Length">Cells that it sees.</param>
/// <param name="KeepStart">First cell that is kept.</param>
/// <param name="KeepEnd">Cell after the last that is kept.</param>
internal readonly record struct TileSpan(int Start, int Length, int KeepStart, int KeepEnd);

/// <summary>Cuts an axis into tiles that overlap; the map changes from one to the next in the middle of their overlap.</summary>
internal static class DetectionTiles
{
    /// <summary>Step of the network: sides are multiples of it.</summary>
    public const int Step = 32;

    /// <summary>Cells that neighbours share at least; half of it is what a cell sees beyond the seam.</summary>
    public const int Overlap = 256;

    /// <summary>
    /// Longest tiles along both axes that together hold at most <paramref name="maxPixels"/>: the short side stays whole if
    /// it can.
    /// </summary>
    public static (int Width, int Height) Size(int width, int height, int maxPixels)
    {
        if ((long)width * height <= maxPixels)
        {
            return (width, height);
        }

        // A side that fits into the square of that many pixels stays whole, and the other takes what is left.
        var square = (int)Math.Sqrt(maxPixels);
        var across = width <= square ? width : height <= square ? maxPixels / height : square;
        var down = maxPixels / across;
        return (Math.Min(width, Round(across)), Math.Min(height, Round(down)));
    }

    /// <summary>Cuts one axis.</summary>
    /// <param name="length">Length of the axis, a multiple of <see cref="Step"/>.</param>
    /// <param name="tile">Length of a tile, a multiple of <see cref="Step"/>.</param>
    public static IReadOnlyList<TileSpan> Cut(int length, int tile)
    {
        if (tile >= length)
        {
            return [new TileSpan(0, length, 0, length)];
        }

        var overlap = Math.Min(Overlap, tile / 2);
        var count = (length - overlap + tile - overlap - 1) / (tile - overlap);
        var last = length - tile;
        var starts = Enumerable.Range(0, count).Select(i => (int)((long)i * last / (count - 1)) / Step * Step).ToArray();
        var spans = new TileSpan[count];
        for (var i = 0; i < count; i++)
        {
            var from = i == 0 ? 0 : (starts[i - 1] + tile + starts[i]) / 2;
            var to = i == count - 1 ? length : (starts[i] + tile + starts[i + 1]) / 2;
            spans[i] = new TileSpan(starts[i], tile, from, to);
        }

        return spans;
    }

    private static int Round(int side) => Math.Max(Step, side / Step * Step);
}
