using System.Buffers.Binary;

namespace PPLCNet.Vision.Labels;

/// <summary>
/// PNG files of ids. Image codecs turn an indexed PNG into colours and stretch fewer bits to 8, so ids are read here, byte for byte.
/// </summary>
internal static class LabelPng
{
    /// <summary>Reads ids of 8 bits or fewer, grey or indexed.</summary>
    public static LabelMap Read(ReadOnlySpan<byte> png, string source)
    {
        var image = PngImage.Read(png, source);
        if (image.BitsPerChannel > 8)
        {
            throw new DataFormatException($"'{source}': expected class ids of 8 bits, found a 16-bit PNG (instance ids?).");
        }

        CheckChannels(image, source);
        var map = new LabelMap(image.Width, image.Height);
        for (var y = 0; y < map.Height; y++)
        {
            Unpack(image.Row(y), image.BitsPerChannel, map.Row(y));
        }

        return map;
    }

    /// <summary>Reads ids of 16 bits or fewer, grey.</summary>
    public static InstanceMap ReadInstances(ReadOnlySpan<byte> png, string source)
    {
        var image = PngImage.Read(png, source);
        CheckChannels(image, source);
        var ids = new ushort[image.Width * image.Height];
        var narrow = new byte[image.Width];
        for (var y = 0; y < image.Height; y++)
        {
            var to = ids.AsSpan(y * image.Width, image.Width);
            if (image.BitsPerChannel == 16)
            {
                var from = image.Row(y);
                for (var x = 0; x < to.Length; x++)
                {
                    to[x] = BinaryPrimitives.ReadUInt16BigEndian(from[(x * 2)..]);
                }

                continue;
            }

            Unpack(image.Row(y), image.BitsPerChannel, narrow);
            for (var x = 0; x < to.Length; x++)
            {
                to[x] = narrow[x];
            }
        }

        return new InstanceMap(ids, image.Width, image.Height);
    }

    /// <summary>Encodes 8-bit ids: grey, or indexed where there is a palette.</summary>
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

    private static void CheckChannels(PngImage image, string source)
    {
        if (image.Color is not (PngColor.Grey or PngColor.Indexed))
        {
            throw new DataFormatException(
                $"'{source}': expected class ids (a grey or indexed PNG), found colours (PNG colour type {(int)image.Color}); "
                + "several classes may share a colour, so colours are not turned into ids.");
        }
    }

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
