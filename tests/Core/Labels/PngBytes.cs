using System.Buffers.Binary;
using System.IO.Compression;

namespace PPLCNet.Vision.Tests.Core.Labels;

/// <summary>A plain PNG encoder for grey ids in any depth, colour type and interlacing.</summary>
internal static class PngBytes
{
    public static byte[] End { get; } = Chunk("IEND", []);

    public static byte[] Of(int[] ids, int width, int height, int bits, int color, bool interlaced)
    {
        (int X, int Y, int StepX, int StepY)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        var rows = new List<byte>();
        foreach (var pass in passes)
        {
            for (var y = pass.Y; y < height && pass.X < width; y += pass.StepY)
            {
                rows.Add(0);
                var text = new System.Text.StringBuilder(); // of binary digits: the plainest way to pack
                for (var x = pass.X; x < width; x += pass.StepX)
                {
                    var sample = Convert.ToString(ids[(y * width) + x], 2).PadLeft(bits, '0');
                    text.Append(string.Concat(Enumerable.Repeat(sample, color is 2 or 6 ? 3 : 1)))
                        .Append('1', color is 4 or 6 ? bits : 0);
                }

                text.Append('0', (8 - (text.Length % 8)) % 8);
                rows.AddRange(text.ToString().Chunk(8).Select(b => Convert.ToByte(new string(b), 2)));
            }
        }

        return [.. Start(width, height, bits, color, interlaced), .. Data([.. rows]), .. End];
    }

    public static byte[] Start(int width, int height, int bits, int color, bool interlaced = false)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)color, interlaced ? (byte)1 : (byte)0);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", header)];
    }

    public static byte[] Data(byte[] rows)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return Chunk("IDAT", packed.ToArray());
    }

    public static byte[] Chunk(string kind, ReadOnlySpan<byte> content)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(kind), .. content];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        var crc = 0xFFFFFFFFu;
        foreach (var b in body)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        var sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, ~crc);
        return [.. length, .. body, .. sum];
    }
}
