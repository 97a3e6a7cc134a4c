namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>The orientation tag of EXIF: how the stored rows and columns lie in the upright image.</summary>
internal static class ExifOrientation
{
    private const int Tag = 0x0112;

    /// <summary>Reads it from an EXIF block (a TIFF structure); 1, upright, where it is missing or invalid.</summary>
    public static int Read(ReadOnlySpan<byte> exif) =>
        TiffHeader.Matches(exif) && new TiffTags(exif).First(Tag) is >= 1 and <= 8 and var value ? (int)value : 1;

    /// <summary>Turns an image upright.</summary>
    public static PixelBuffer Apply(PixelBuffer stored, int orientation)
    {
        if (orientation is <= 1 or > 8)
        {
            return stored;
        }

        // 2, 4: mirrored; 3: half a turn; 5 to 8 also swap rows and columns.
        var swaps = orientation >= 5;
        var flipsX = orientation is 2 or 3 or 7 or 8;
        var flipsY = orientation is 3 or 4 or 6 or 7;
        var step = stored.Format.BytesPerPixel();
        var upright = new PixelBuffer(swaps ? stored.Height : stored.Width, swaps ? stored.Width : stored.Height, stored.Format);
        for (var y = 0; y < upright.Height; y++)
        {
            var to = upright.Row(y);
            for (var x = 0; x < upright.Width; x++)
            {
                var (sx, sy) = swaps ? (y, x) : (x, y);
                var from = stored.Row(flipsY ? stored.Height - 1 - sy : sy);
                from.Slice((flipsX ? stored.Width - 1 - sx : sx) * step, step).CopyTo(to[(x * step)..]);
            }
        }

        return upright;
    }
}
