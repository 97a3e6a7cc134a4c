namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>TIFF: the tags of the first image, and whether its strips or tiles lie inside the file.</summary>
internal static class TiffHeader
{
    private const int ImageWidth = 256, ImageLength = 257, StripOffsets = 273, StripBytes = 279, TileOffsets = 324, TileBytes = 325;
    private const int BitsPerSample = 258, Compression = 259, Photometric = 262, ExtraSamples = 338, SampleFormat = 339;

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

    /// <summary>Whether pixels are gray with alpha, of which OpenCV keeps the gray alone.</summary>
    public static bool IsGrayWithAlpha(ReadOnlySpan<byte> data)
    {
        var tags = new TiffTags(data);
        return tags.First(Photometric) is 0 or 1 && tags.First(ExtraSamples) is 1 or 2;
    }

    /// <summary>What pixels are and how they are compressed, for messages, for example <c>16-bit CMYK</c>.</summary>
    public static string Form(ReadOnlySpan<byte> data)
    {
        var tags = new TiffTags(data);
        var color = tags.First(Photometric) switch
        {
            0 or 1 => "gray",
            2 => "RGB",
            3 => "palette",
            5 => "CMYK",
            6 => "YCbCr",
            8 => "L*a*b*",
            9 => "ICC L*a*b*",
            10 => "ITU L*a*b*",
            { } other => $"pixels of photometric interpretation {other}",
            null => "pixels of no photometric interpretation",
        };
        var alpha = tags.First(ExtraSamples) switch { null => "", 1 or 2 => " with alpha", _ => " with extra samples" };
        var number = tags.First(SampleFormat) switch { 2 => " signed", 3 => " floating-point", 5 or 6 => " complex", _ => "" };
        var compression = tags.First(Compression) is > 1 and var code ? $", compression {code}" : "";
        return $"{tags.First(BitsPerSample) ?? 1}-bit{number} {color}{alpha}{compression}";
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
