namespace PPLCNet.Vision.Imaging;

/// <summary>Turns encoded images into pixels and back. Implementations are stateless and safe to share between threads.</summary>
internal interface IImageCodec
{
    /// <summary>Name for messages, for example <c>opencv</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Decodes an image to <see cref="PixelFormat.Bgr24"/>: EXIF orientation applied, gray spread to three channels, 16 bits
    /// reduced to 8, transparency dropped. Header, completeness and limits are checked before anything is decoded.
    /// </summary>
    /// <param name="encoded">JPEG, PNG, BMP, WebP or TIFF bytes.</param>
    /// <param name="source">File name or other origin, for messages.</param>
    /// <param name="limits">Sizes above which the image is refused; null takes <see cref="ImageLimits.Default"/>.</param>
    /// <exception cref="ImageException">The bytes are not an image that this codec reads, or are corrupt or truncated, or the
    /// image is too large.</exception>
    PixelBuffer Decode(ReadOnlySpan<byte> encoded, string source, ImageLimits? limits = null);

    /// <summary>Encodes an image.</summary>
    /// <param name="pixels">The image.</param>
    /// <param name="extension">File extension with its dot (<c>.png</c>, <c>.jpg</c>, <c>.bmp</c>, <c>.webp</c>,
    /// <c>.tif</c>).</param>
    /// <exception cref="ArgumentException">The extension is none that this codec writes.</exception>
    byte[] Encode(PixelView pixels, string extension);
}
