namespace PPLCNet.Vision.Detection;

/// <summary>One tile of an image, in source pixels.</summary>
internal readonly record struct Tile(int X, int Y, int Width, int Height);

/// <summary>Tiles of one size that cover an image, evenly spread, with at least the wanted overlap.</summary>
internal static class TileGrid
{
    /// <summary>Lays out the tiles, row after row; an image smaller than a tile is one tile.</summary>
    public static IEnumerable<Tile> Of(int width, int height, TiledDetectorOptions options)
    {
        var w = Math.Min(width, options.Width);
        var h = Math.Min(height, options.Height);
        foreach (var y in Starts(height, h, options.Overlap))
        {
            foreach (var x in Starts(width, w, options.Overlap))
            {
                yield return new Tile(x, y, w, h);
            }
        }
    }

    private static IEnumerable<int> Starts(int length, int tile, double overlap)
    {
        if (length <= tile)
        {
            return [0];
        }

        var step = Math.Max(1, (int)(tile * (1 - overlap)));
        var count = 1 + ((length - tile + step - 1) / step);
        return Enumerable.Range(0, count).Select(i => (int)((long)i * (length - tile) / (count - 1)));
    }
}
