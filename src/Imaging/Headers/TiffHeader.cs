namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>TIFF: the tags of the first image, and whether its strips or tiles lie inside the file.</summary>
internal static class TiffHeader
{
    private const int ImageWidth = 256, ImageLength = 257, StripOffsets = 273, StripBytes = 279, TileOffsets = 324, TileBytes = 325;
    private const int ExtraSamples = 338;

    public static bool Matches(ReadOnlySpan<byte> data) => data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8);

    public static ImageHeader? TryRead(ReadOnlySpan<byte> data)
    {
        var tags = new TiffTags(data);
        if (tags.First(ImageWidth) is not { } width || tags.First(ImageLength) is not { } height || width > int.MaxValue || height > int.MaxValue)
        {
            return null;
        }

        return new ImageHeader(
            ImageFormat.Tiff, (int)width, (int)height, 1, Reaches(data, tags, StripOffsets, StripBytes) || Reaches(data, tags, TileOffsets, TileBytes))
        {
            HasAlpha = tags.First(ExtraSamples) is 1 or 2, // Premultiplied or not.
        };
    }

    private static bool Reaches(ReadOnlySpan<byte> data, TiffTags tags, int offsetTag, int bytesTag)
    {
        var count = tags.Count(offsetTag);
        if (count == 0 || tags.Count(bytesTag) != count)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (tags.Value(offsetTag, i) is not { } offset || tags.Value(bytesTag, i) is not { } bytes || (long)offset + bytes > data.Length)
            {
                return false;
            }
        }

        return true;
    }
}
