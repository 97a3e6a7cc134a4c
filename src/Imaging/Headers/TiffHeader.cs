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

    /// <summary>The orientation tag of the first image; 1, upright, where it is missing or invalid.</summary>
    public static int Orientation(ReadOnlySpan<byte> data) => ExifOrientation.Read(data);

    /// <summary>How many pages the chain of directories has, counted up to 10 000.</summary>
    public static int Pages(ReadOnlySpan<byte> data) => TiffTags.Directories(data, 10_000);

    private static bool Reaches(ReadOnlySpan<byte> data, TiffTags tags, int offsetTag, int bytesTag)
    {
        // Looked up once: a file may list millions of strips in front of thousands of tags.
        var offsets = tags.Values(offsetTag);
        var sizes = tags.Values(bytesTag);
        if (offsets.Count == 0 || sizes.Count != offsets.Count)
        {
            return false;
        }

        for (var i = 0; i < offsets.Count; i++)
        {
            if ((long)offsets[i] + sizes[i] > data.Length)
            {
                return false;
            }
        }

        return true;
    }
}
