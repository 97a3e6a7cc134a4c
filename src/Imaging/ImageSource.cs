using System.Diagnostics;

namespace PPLCNet.Vision.Imaging;

/// <summary>
/// An image from any source: the path of a file, encoded bytes, a stream, or pixels. Every predictor takes one, so that
/// <c>detector.Detect("photo.jpg")</c>, <c>detector.Detect(bytes)</c> and <c>detector.Detect(pixels)</c> are the same call.
/// It cannot outlive the call to which it is passed.
/// </summary>
public readonly ref struct ImageSource
{
    private readonly string? _path;
    private readonly Stream? _stream;
    private readonly ReadOnlySpan<byte> _encoded;
    private readonly PixelView _pixels;
    private readonly PixelBuffer? _buffer;

    private ImageSource(string? path, Stream? stream, ReadOnlySpan<byte> encoded, PixelView pixels, PixelBuffer? buffer = null)
    {
        _buffer = buffer;
        _path = path;
        _stream = stream;
        _encoded = encoded;
        _pixels = pixels;
    }

    /// <summary>The path of an image file.</summary>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ImageSource(path, null, default, default);
    }

    /// <summary>An encoded image in a stream, which is read to its end and stays open.</summary>
    public static ImageSource FromStream(Stream encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return new ImageSource(null, encoded, default, default);
    }

    /// <summary>The bytes of an encoded image: JPEG, PNG, BMP, WebP, TIFF.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static ImageSource FromEncoded(ReadOnlySpan<byte> encoded) => encoded.Length > 0
        ? new ImageSource(null, null, encoded, default)
        : throw new ArgumentException("Expected the bytes of an image, found none.", nameof(encoded));

    /// <summary>Pixels, of any format.</summary>
    public static ImageSource FromPixels(PixelView pixels) => pixels.Width > 0
        ? new ImageSource(null, null, default, pixels)
        : throw new ArgumentException("Expected pixels, found an empty view.", nameof(pixels));

    /// <inheritdoc cref="FromFile"/>
    public static implicit operator ImageSource(string path) => FromFile(path);

    /// <inheritdoc cref="FromStream"/>
    public static implicit operator ImageSource(Stream encoded) => FromStream(encoded);

    /// <inheritdoc cref="FromEncoded"/>
    public static implicit operator ImageSource(byte[] encoded) => FromEncoded(encoded);

    /// <inheritdoc cref="FromEncoded"/>
    public static implicit operator ImageSource(ReadOnlyMemory<byte> encoded) => FromEncoded(encoded.Span);

    /// <inheritdoc cref="FromEncoded"/>
    public static implicit operator ImageSource(ReadOnlySpan<byte> encoded) => FromEncoded(encoded);

    /// <inheritdoc cref="FromPixels"/>
    public static implicit operator ImageSource(PixelView pixels) => FromPixels(pixels);

    /// <inheritdoc cref="FromPixels"/>
    public static implicit operator ImageSource(PixelBuffer pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        return new ImageSource(null, null, default, pixels.View, pixels);
    }

    /// <summary>The pixels, read and decoded where they are not here yet.</summary>
    /// <param name="decode">Receives the time of reading and decoding in milliseconds; 0 for pixels.</param>
    /// <param name="limits">Images above them are refused before they are decoded.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="ImageException">It is not an image, is corrupt or truncated, or exceeds
    /// <paramref name="limits"/>.</exception>
    /// <exception cref="ArgumentException">The source is <c>default</c>.</exception>
    public PixelView Open(out double decode, ImageLimits? limits = null)
    {
        decode = 0;
        return _pixels.Width > 0 ? _pixels : Decode(out decode, limits).View;
    }

    /// <summary>The pixels in memory that may be kept and queued; pixels in memory of other owners are copied.</summary>
    /// <inheritdoc cref="Open"/>
    public PixelBuffer OpenBuffer(out double decode, ImageLimits? limits = null)
    {
        decode = 0;
        return _buffer ?? (_pixels.Width > 0 ? _pixels.ToBuffer() : Decode(out decode, limits));
    }

    private PixelBuffer Decode(out double decode, ImageLimits? limits)
    {
        var start = Stopwatch.GetTimestamp();
        var decoded = _path is not null ? ImageFile.Read(_path, limits)
            : _stream is not null ? ImageFile.Decode(_stream, limits: limits)
            : _encoded.Length > 0 ? ImageFile.Decode(_encoded, limits: limits)
            : throw new ArgumentException("Expected a path, bytes, a stream or pixels, found nothing.");
        decode = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return decoded;
    }
}
