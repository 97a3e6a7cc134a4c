using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Imaging;

/// <summary>
/// An image in somebody else's memory: rows of 8-bit pixels, <see cref="Stride"/> bytes apart. Costs nothing to make or to crop.
/// It cannot outlive the call it is passed to; where an image must be kept or queued, use <see cref="PixelBuffer"/>.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct PixelView
{
    /// <summary>Looks at <paramref name="data"/> as an image.</summary>
    /// <param name="data">At least <c>(height - 1) * stride + width * bytes per pixel</c> bytes.</param>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="stride">Bytes from one row to the next; 0 means rows without a gap.</param>
    /// <param name="format">Channel order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive or <paramref name="stride"/> is shorter than a
    /// row.</exception>
    /// <exception cref="ArgumentException"><paramref name="data"/> is too short.</exception>
    public PixelView(ReadOnlySpan<byte> data, int width, int height, int stride, PixelFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var row = checked(width * format.BytesPerPixel());
        stride = stride == 0 ? row : stride;
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, row);
        var needed = ((long)(height - 1) * stride) + row;
        if (data.Length < needed)
        {
            throw new ArgumentException($"A {width}x{height} {format} image with stride {stride} needs {needed} bytes, found {data.Length}.", nameof(data));
        }

        Data = data;
        Width = width;
        Height = height;
        Stride = stride;
        Format = format;
    }

    /// <summary>The bytes, first row first.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Channel order.</summary>
    public PixelFormat Format { get; }

    /// <summary>The bytes of row <paramref name="y"/>, without the gap after it.</summary>
    public ReadOnlySpan<byte> Row(int y) => Data.Slice(y * Stride, Width * Format.BytesPerPixel());

    /// <summary>A part of the image, sharing its memory.</summary>
    /// <exception cref="ArgumentException">The part does not lie inside the image.</exception>
    public PixelView Crop(int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > Width || y + height > Height)
        {
            throw new ArgumentException($"Part ({x}, {y}) {width}x{height} does not lie inside the {Width}x{Height} image.");
        }

        return new PixelView(Data[((y * Stride) + (x * Format.BytesPerPixel()))..], width, height, Stride, Format);
    }

    /// <summary>A copy that owns its memory, rows without gaps.</summary>
    public PixelBuffer ToBuffer()
    {
        var copy = new PixelBuffer(Width, Height, Format);
        for (var y = 0; y < Height; y++)
        {
            Row(y).CopyTo(copy.Row(y));
        }

        return copy;
    }
}
