using System.Buffers.Binary;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>Windows bitmap.</summary>
internal static class BmpHeader
{
    public static bool Matches(ReadOnlySpan<byte> data) =>
        data.Length >= 26 && data.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(data[14..]) is 12 or >= 40 and <= 256;

    public static ImageHeader? TryRead(ReadOnlySpan<byte> data)
    {
        var pixels = BinaryPrimitives.ReadUInt32LittleEndian(data[10..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(data[14..]) == 12)
        {
            var (w, h) = (BinaryPrimitives.ReadUInt16LittleEndian(data[18..]), BinaryPrimitives.ReadUInt16LittleEndian(data[20..]));
            return new ImageHeader(ImageFormat.Bmp, w, h, 1, Reaches(data, pixels, w, h, BinaryPrimitives.ReadUInt16LittleEndian(data[24..])));
        }

        if (data.Length < 54)
        {
            return null;
        }

        var width = BinaryPrimitives.ReadInt32LittleEndian(data[18..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(data[22..]); // Negative: rows from the top.
        height = height == int.MinValue ? 0 : Math.Abs(height);
        var isPlain = BinaryPrimitives.ReadUInt32LittleEndian(data[30..]) is 0 or 3;
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(data[28..]);
        var complete = isPlain ? Reaches(data, pixels, width, height, bits) : BinaryPrimitives.ReadUInt32LittleEndian(data[2..]) <= data.Length;
        var hasMasks = BinaryPrimitives.ReadUInt32LittleEndian(data[14..]) >= 56
            && BinaryPrimitives.ReadUInt32LittleEndian(data[30..]) is 3 or 6;
        return new ImageHeader(ImageFormat.Bmp, width, height, 1, complete)
        {
            HasAlpha = bits == 32 && hasMasks && data.Length >= 70 && BinaryPrimitives.ReadUInt32LittleEndian(data[66..]) != 0,
        };
    }

    private static bool Reaches(ReadOnlySpan<byte> data, uint start, int width, int height, int bits) =>
        start + ((Int128)((((long)width * bits) + 31) / 32) * 4 * height) <= data.Length;
}
