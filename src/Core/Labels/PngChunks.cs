using System.Buffers.Binary;
using System.Text;

namespace PPLCNet.Vision.Labels;

/// <summary>The chunks of a PNG: length, name, content, checksum.</summary>
internal static class PngChunks
{
    private static readonly uint[] _crcTable = [.. Enumerable.Range(0, 256).Select(CrcEntry)];

    /// <summary>
    /// The contents of all IDAT chunks, one after the other. Every chunk must lie in the file, and the critical ones must
    /// match their checksums; ancillary chunks say nothing about ids and may be corrupt.
    /// </summary>
    /// <exception cref="DataFormatException">
    /// A chunk reaches beyond the file or is corrupt, or there is no IDAT or IEND.
    /// </exception>
    public static MemoryStream Data(ReadOnlySpan<byte> png)
    {
        var data = new MemoryStream();
        // In long: a length is any 32-bit number, and in int a negative one leads backwards for ever.
        for (long at = PngImage.Signature.Length; ;)
        {
            if (png.Length - at < 12)
            {
                throw new DataFormatException(
                    $"expected a chunk at byte {at} (IEND ends the file), found {Math.Max(0, png.Length - at)} bytes.");
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(png[(int)at..]);
            var kind = png.Slice((int)at + 4, 4);
            if (length > png.Length - at - 12)
            {
                throw new DataFormatException(
                    $"the chunk {Name(kind)} at byte {at} has {length} bytes, "
                    + $"found {png.Length - at - 12} before its checksum.");
            }

            var content = png.Slice((int)at + 8, (int)length);
            var checksum = BinaryPrimitives.ReadUInt32BigEndian(png[((int)at + 8 + (int)length)..]);
            var isCritical = (kind[0] & 0x20) == 0;
            if (isCritical && checksum != Checksum(kind, content))
            {
                throw new DataFormatException(
                    $"the chunk {Name(kind)} at byte {at} has the checksum {checksum:x8}, "
                    + $"expected {Checksum(kind, content):x8}.");
            }

            if (kind.SequenceEqual("IDAT"u8))
            {
                data.Write(content);
            }
            else if (kind.SequenceEqual("IEND"u8))
            {
                data.Position = 0;
                return data.Length > 0 ? data : throw new DataFormatException("expected an IDAT chunk, found none.");
            }

            at += 12L + length;
        }
    }

    /// <summary>The checksum of a chunk: CRC-32 over name and content.</summary>
    public static uint Checksum(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content) => ~Crc(Crc(0xFFFFFFFF, kind), content);

    private static string Name(ReadOnlySpan<byte> kind) =>
        kind.ContainsAnyExceptInRange((byte)'A', (byte)'z') ? Convert.ToHexString(kind) : $"'{Encoding.ASCII.GetString(kind)}'";

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            crc = _crcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint CrcEntry(int index)
    {
        var crc = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return crc;
    }
}
