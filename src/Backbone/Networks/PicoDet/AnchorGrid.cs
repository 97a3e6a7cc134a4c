namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>One level of the pyramid.</summary>
/// <param name="Stride">Input pixels from one cell to the next.</param>
/// <param name="Width">Cells per row.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct AnchorLevel(int Stride, int Width, int Height)
{
    /// <summary>Cells; one anchor each.</summary>
    public int Count => Width * Height;
}

/// <summary>The cells of every level for one input size: rounded up, so 416 at stride 64 has 7 cells, not 6.</summary>
internal sealed class AnchorGrid
{
    /// <summary>Lays out the levels.</summary>
    public AnchorGrid(int width, int height, params IReadOnlyList<int> strides)
    {
        Width = width;
        Height = height;
        Levels = [.. strides.Select(s => new AnchorLevel(s, (width + s - 1) / s, (height + s - 1) / s))];
        Count = Levels.Sum(l => l.Count);
    }

    /// <summary>PicoDet's strides.</summary>
    public static IReadOnlyList<int> PicoStrides { get; } = [8, 16, 32, 64];

    /// <summary>Input width in pixels.</summary>
    public int Width { get; }

    /// <summary>Input height in pixels.</summary>
    public int Height { get; }

    /// <summary>Levels, finest first.</summary>
    public IReadOnlyList<AnchorLevel> Levels { get; }

    /// <summary>Anchors of all levels.</summary>
    public int Count { get; }
}
