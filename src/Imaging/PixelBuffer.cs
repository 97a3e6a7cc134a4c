namespace PPLCNet.Vision.Imaging;

/// <summary>An image that owns its memory: 8-bit pixels, rows without gaps.</summary>
/// <remarks>Reading from several threads is safe; writing is not.</remarks>
public sealed class PixelBuffer
{
    private readonly byte[] _data;

    /// <summary>A black image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public PixelBuffer(int width, int height, PixelFormat format = PixelFormat.Bgr24)
        : this(new byte[Length(width, height, format)], width, height, format)
    {
    }

    /// <summary>Takes over <paramref name="data"/> without a copy.</summary>
    /// <exception cref="ArgumentException"><paramref name="data"/> is shorter than the image.</exception>
    public PixelBuffer(byte[] data, int width, int height, PixelFormat format)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Length < Length(width, height, format))
        {
            throw new ArgumentException($"A {width}x{height} {format} image needs {Length(width, height, format)} bytes, found {data.Length}.", nameof(data));
        }

        _data = data;
        Width = width;
        Height = height;
        Format = format;
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Channel order.</summary>
    public PixelFormat Format { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * Format.BytesPerPixel();

    /// <summary>All pixels, row after row.</summary>
    public Span<byte> Data => _data.AsSpan(0, Height * Stride);

    /// <summary>All pixels as memory, for queues and native calls.</summary>
    public Memory<byte> Memory => _data.AsMemory(0, Height * Stride);

    /// <summary>The whole image as a view.</summary>
    public PixelView View => new(Data, Width, Height, Stride, Format);

    /// <summary>The bytes of row <paramref name="y"/>.</summary>
    public Span<byte> Row(int y) => _data.AsSpan(y * Stride, Stride);

    /// <summary>The whole image as a view.</summary>
    public static implicit operator PixelView(PixelBuffer buffer) => buffer.View;

    private static int Length(int width, int height, PixelFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return checked(width * height * format.BytesPerPixel());
    }
}
