using System.Buffers.Binary;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>JPEG: segments up to the end-of-image marker.</summary>
internal static class JpegHeader
{
    private const byte EndOfImage = 0xD9, StartOfScan = 0xDA, App1 = 0xE1;

    public static bool Matches(ReadOnlySpan<byte> data) => data.Length >= 3 && data[0] == 0xFF && data[1] == 0xD8 && data[2] == 0xFF;

    public static ImageHeader? TryRead(ReadOnlySpan<byte> data)
    {
        (int Width, int Height)? size = null;
        var orientation = 1;
        var scans = 0;
        var at = 2;
        while (NextMarker(data, ref at) is { } marker)
        {
            if (marker == EndOfImage)
            {
                return size is var (w, h) ? new ImageHeader(ImageFormat.Jpeg, w, h, orientation, true) { Scans = scans } : null;
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                continue; // Markers without a segment; restarts also end here.
            }

            if (at + 2 > data.Length || BinaryPrimitives.ReadUInt16BigEndian(data[at..]) is var length && (length < 2 || at + length > data.Length))
            {
                break;
            }

            scans += marker == StartOfScan ? 1 : 0;
            var segment = data.Slice(at + 2, length - 2);
            if (IsFrame(marker) && segment.Length >= 5)
            {
                size ??= (BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]));
            }
            else if (marker == App1 && orientation == 1 && segment.StartsWith("Exif\0\0"u8))
            {
                orientation = ExifOrientation.Read(segment[6..]);
            }

            at += length;
        }

        return size is var (width, height) ? new ImageHeader(ImageFormat.Jpeg, width, height, orientation, false) { Scans = scans } : null;
    }

    /// <summary>The next marker; whatever is before it (the entropy-coded data of a scan) is skipped.</summary>
    private static byte? NextMarker(ReadOnlySpan<byte> data, ref int at)
    {
        while (true)
        {
            var next = at < data.Length ? data[at..].IndexOf((byte)0xFF) : -1;
            if (next < 0)
            {
                return null;
            }

            at += next;
            while (at < data.Length && data[at] == 0xFF)
            {
                at++;
            }

            if (at >= data.Length)
            {
                return null;
            }

            var marker = data[at++];
            if (marker != 0)
            {
                return marker;
            }
        }
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
