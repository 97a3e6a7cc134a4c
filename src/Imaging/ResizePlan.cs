namespace PPLCNet.Vision.Imaging;

/// <summary>
/// One image's way into a tensor: a source region is scaled to the resized size, a window of that is pasted at the offset,
/// and the rest of the tensor is padding. The plan also maps tensor coordinates back to the image.
/// </summary>
public readonly record struct ResizePlan
{
    /// <summary>Left edge of the source region in pixels.</summary>
    public int SourceX { get; init; }

    /// <summary>Top edge of the source region in pixels.</summary>
    public int SourceY { get; init; }

    /// <summary>Width of the source region.</summary>
    public int SourceWidth { get; init; }

    /// <summary>Height of the source region.</summary>
    public int SourceHeight { get; init; }

    /// <summary>Width that the source region is scaled to.</summary>
    public int ResizedWidth { get; init; }

    /// <summary>Height that the source region is scaled to.</summary>
    public int ResizedHeight { get; init; }

    /// <summary>Left edge of the window inside the resized region.</summary>
    public int WindowX { get; init; }

    /// <summary>Top edge of the window inside the resized region.</summary>
    public int WindowY { get; init; }

    /// <summary>Width of the window.</summary>
    public int WindowWidth { get; init; }

    /// <summary>Height of the window.</summary>
    public int WindowHeight { get; init; }

    /// <summary>Width of the tensor.</summary>
    public int TensorWidth { get; init; }

    /// <summary>Height of the tensor.</summary>
    public int TensorHeight { get; init; }

    /// <summary>Left edge of the window inside the tensor.</summary>
    public int OffsetX { get; init; }

    /// <summary>Top edge of the window inside the tensor.</summary>
    public int OffsetY { get; init; }

    /// <summary>Pixel value of the padding, scaled like any pixel; null pads with 0 after scaling.</summary>
    public byte? PadPixel { get; init; }

    /// <summary>Source pixels for one tensor pixel, horizontally.</summary>
    public double ScaleX => (double)SourceWidth / ResizedWidth;

    /// <summary>Source pixels for one tensor pixel, vertically.</summary>
    public double ScaleY => (double)SourceHeight / ResizedHeight;

    /// <summary>A whole image scaled to a tensor of just that size.</summary>
    public static ResizePlan Whole(int width, int height, int tensorWidth, int tensorHeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tensorWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tensorHeight);
        return new ResizePlan
        {
            SourceWidth = width,
            SourceHeight = height,
            ResizedWidth = tensorWidth,
            ResizedHeight = tensorHeight,
            WindowWidth = tensorWidth,
            WindowHeight = tensorHeight,
            TensorWidth = tensorWidth,
            TensorHeight = tensorHeight,
        };
    }

    /// <summary>Maps a point of the tensor (pixel edges, not centers) to the image.</summary>
    public (float X, float Y) ToSource(float x, float y) =>
        ((float)(((x - OffsetX + WindowX) * ScaleX) + SourceX), (float)(((y - OffsetY + WindowY) * ScaleY) + SourceY));

    /// <summary>Maps a point of the image to the tensor.</summary>
    public (float X, float Y) ToTensor(float x, float y) =>
        ((float)(((x - SourceX) / ScaleX) - WindowX + OffsetX), (float)(((y - SourceY) / ScaleY) - WindowY + OffsetY));
}
