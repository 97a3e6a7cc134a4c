using System.Buffers.Binary;

namespace PPLCNet.Vision.Labels;

/// <summary>
/// PNG files of ids. Image codecs turn an indexed PNG into colors and stretch fewer bits to 8, so ids are read here, byte for
/// byte.
/// </summary>
internal static class LabelPng
{
    /// <summary>Reads ids up to 255: gray, indexed, or colors that are all gray.</summary>
    public static LabelMap Read(ReadOnlySpan<byte> png, string source)
    {
        var image = PngImage.Read(png, source);
        var map = new LabelMap(image.Width, image.Height);
        var wide = new ushort[image.Width];
        for (var y = 0; y < map.Height; y++)
        {
            var to = map.Row(y);
            if (image.BitsPerChannel <= 8 && IsPlain(image))
            {
                Unpack(image.Row(y), image.BitsPerChannel, to);
                continue;
            }

            ReadWide(image, y, wide, source);
            var large = wide.AsSpan().IndexOfAnyExceptInRange((ushort)0, (ushort)255);
            if (large >= 0)
            {
                throw new DataFormatException(
                    $"'{source}': expected class ids of 8 bits, "
                    + $"found {wide[large]} at ({large}, {y}) of a 16-bit PNG (instance ids?).");
            }

            for (var x = 0; x < to.Length; x++)
            {
                to[x] = (byte)wide[x];
            }
        }

        return map;
    }

    /// <summary>Reads ids of 16 bits or fewer: gray, indexed, or colors that are all gray.</summary>
    public static InstanceMap ReadInstances(ReadOnlySpan<byte> png, string source)
    {
        var image = PngImage.Read(png, source);
        var ids = new ushort[image.Width * image.Height];
        for (var y = 0; y < image.Height; y++)
        {
            ReadWide(image, y, ids.AsSpan(y * image.Width, image.Width), source);
        }

        return new InstanceMap(ids, image.Width, image.Height);
    }

    /// <summary>Encodes 8-bit ids: gray, or indexed where there is a palette.</summary>
    public static byte[] Encode(LabelMap map, Palette? palette)
    {
        if (palette is null)
        {
            return PngImage.Write(map.Ids, map.Width, map.Height, 1, 8, PngColor.Grey, []);
        }

        var colors = new byte[256 * 3];
        for (var id = 0; id < 256; id++)
        {
            var color = palette[id];
            (colors[id * 3], colors[(id * 3) + 1], colors[(id * 3) + 2]) = (color.R, color.G, color.B);
        }

        return PngImage.Write(map.Ids, map.Width, map.Height, 1, 8, PngColor.Indexed, colors);
    }

    private static bool IsPlain(PngImage image) => image.Color is PngColor.Grey or PngColor.Indexed;

    /// <summary>
    /// One row as 16-bit ids. Colors are ids only where red, green and blue are equal and nothing is transparent.
    /// </summary>
    private static void ReadWide(PngImage image, int y, Span<ushort> ids, string source)
    {
        var row = image.Row(y);
        if (IsPlain(image) && image.BitsPerChannel <= 8)
        {
            Span<byte> narrow = new byte[ids.Length];
            Unpack(row, image.BitsPerChannel, narrow);
            for (var x = 0; x < ids.Length; x++)
            {
                ids[x] = narrow[x];
            }

            return;
        }

        var (colors, hasAlpha) = image.Color switch
        {
            PngColor.Rgb => (3, false),
            PngColor.Rgba => (3, true),
            PngColor.GreyAlpha => (1, true),
            _ => (1, false),
        };
        var channels = colors + (hasAlpha ? 1 : 0);
        var opaque = image.BitsPerChannel == 16 ? 65535 : 255;
        for (var x = 0; x < ids.Length; x++)
        {
            var id = Sample(row, image.BitsPerChannel, x * channels);
            for (var c = 1; c < colors; c++)
            {
                if (Sample(row, image.BitsPerChannel, (x * channels) + c) != id)
                {
                    throw new DataFormatException(
                        $"'{source}': expected class ids (a gray or indexed PNG), found colors at ({x}, {y}); "
                        + "several classes may share a color, so colors are not turned into ids.");
                }
            }

            if (hasAlpha && Sample(row, image.BitsPerChannel, (x * channels) + colors) is var alpha && alpha != opaque)
            {
                throw new DataFormatException(
                    $"'{source}': expected class ids (a gray or indexed PNG), "
                    + $"found a transparent pixel at ({x}, {y}), alpha {alpha} of {opaque}.");
            }

            ids[x] = (ushort)id;
        }
    }

    private static int Sample(ReadOnlySpan<byte> row, int bits, int index) =>
        bits == 16 ? BinaryPrimitives.ReadUInt16BigEndian(row[(index * 2)..]) : row[index];

    private static void Unpack(ReadOnlySpan<byte> row, int bits, Span<byte> ids)
    {
        if (bits == 8)
        {
            row[..ids.Length].CopyTo(ids);
            return;
        }

        var perByte = 8 / bits;
        var mask = (1 << bits) - 1;
        for (var x = 0; x < ids.Length; x++)
        {
            ids[x] = (byte)((row[x / perByte] >> (8 - bits - ((x % perByte) * bits))) & mask);
        }
    }
}
