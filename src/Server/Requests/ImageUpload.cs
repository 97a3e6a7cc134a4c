using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Imaging.Headers;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>One encoded image of a request.</summary>
/// <param name="Bytes">The image, in memory of <paramref name="Owner"/>.</param>
/// <param name="Name">The name that the client gave it; null where it gave none.</param>
/// <param name="Owner">The memory; disposed with the upload.</param>
internal sealed record ImageUpload(ReadOnlyMemory<byte> Bytes, string? Name, IDisposable Owner) : IDisposable
{
    /// <summary>Checks format and size in the header, before anything waits or is decoded.</summary>
    /// <returns>Megapixels of the image.</returns>
    /// <exception cref="RequestException">It has no bytes, or is none of the formats that are read.</exception>
    /// <exception cref="ImageException">It is truncated or too large.</exception>
    public double Check(ImageLimits limits)
    {
        if (Bytes.IsEmpty)
        {
            throw RequestException.Body("Expected the bytes of an image, found none.");
        }

        if (ImageHeader.TryRead(Bytes.Span) is null && !KnownFormat())
        {
            throw RequestException.NoImage("Expected a JPEG, PNG, BMP, WebP, TIFF or GIF image, found something else.");
        }

        var header = ImageHeader.Check(Bytes.Span, "image", limits);
        return (double)header.Width * header.Height / 1e6;
    }

    /// <inheritdoc/>
    public void Dispose() => Owner.Dispose();

    // An image that breaks off inside its header is an image all the same: 422 and not 415.
    private bool KnownFormat() => JpegHeader.Matches(Bytes.Span) || PngHeader.Matches(Bytes.Span) || WebPHeader.Matches(Bytes.Span)
        || GifHeader.Matches(Bytes.Span) || TiffHeader.Matches(Bytes.Span) || BmpHeader.Matches(Bytes.Span);
}
