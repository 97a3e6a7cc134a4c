using System.IO.Compression;

namespace PPLCNet.Vision.Labels;

/// <summary>Size of a grid of packed samples.</summary>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="PixelBits">Bits per pixel, all channels together.</param>
internal readonly record struct PngLayout(int Width, int Height, int PixelBits)
{
    /// <summary>Bytes per row.</summary>
    public int Stride => (int)((((long)Width * PixelBits) + 7) / 8);
}

/// <summary>Inflates the samples of a PNG, undoes the row filters and puts the passes of Adam7 together.</summary>
internal static class PngSamples
{
    /// <summary>Deflate makes at most 1032 bytes of one; more are not in the file.</summary>
    private const long MaxRatio = 1032;

    /// <summary>First column, first row, column step and row step of Adam7's seven passes.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] _passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>The packed rows, <see cref="PngLayout.Stride"/> bytes each.</summary>
    /// <exception cref="DataFormatException">The data is corrupt, or uses an unknown filter.</exception>
    /// <exception cref="EndOfStreamException">The data ends before the image does.</exception>
    public static byte[] Inflate(MemoryStream data, PngLayout layout, bool interlaced)
    {
        var bytes = (long)layout.Stride * layout.Height;
        if (bytes / MaxRatio > data.Length)
        {
            throw new EndOfStreamException(
                $"{bytes} bytes of samples are expected, and {data.Length} compressed ones cannot hold them.");
        }

        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        var rows = new byte[bytes];
        if (!interlaced)
        {
            ReadRows(zlib, rows, layout);
            return rows;
        }

        foreach (var (x, y, stepX, stepY) in _passes)
        {
            var pass = layout with { Width = Count(layout.Width, x, stepX), Height = Count(layout.Height, y, stepY) };
            if (pass.Width == 0 || pass.Height == 0)
            {
                continue; // small images leave passes out altogether
            }

            var part = new byte[(long)pass.Stride * pass.Height];
            ReadRows(zlib, part, pass);
            for (var row = 0; row < pass.Height; row++)
            {
                Scatter(
                    part.AsSpan(row * pass.Stride, pass.Stride),
                    rows.AsSpan((y + (row * stepY)) * layout.Stride, layout.Stride),
                    pass, x, stepX);
            }
        }

        return rows;
    }

    private static int Count(int size, int first, int step) => size <= first ? 0 : (size - first + step - 1) / step;

    private static void ReadRows(ZLibStream zlib, byte[] rows, PngLayout layout)
    {
        var stride = layout.Stride;
        var step = Math.Max(1, layout.PixelBits / 8);
        ReadOnlySpan<byte> above = new byte[stride];
        Span<byte> filter = stackalloc byte[1];
        for (var start = 0; start < rows.Length; start += stride)
        {
            zlib.ReadExactly(filter);
            var row = rows.AsSpan(start, stride);
            zlib.ReadExactly(row);
            Unfilter(filter[0], row, above, step);
            above = row;
        }
    }

    /// <summary>Spreads the pixels of a pass's row over the image's row.</summary>
    private static void Scatter(ReadOnlySpan<byte> from, Span<byte> to, PngLayout pass, int first, int step)
    {
        if (pass.PixelBits >= 8)
        {
            var bytes = pass.PixelBits / 8;
            for (var i = 0; i < pass.Width; i++)
            {
                from.Slice(i * bytes, bytes).CopyTo(to[((first + (i * step)) * bytes)..]);
            }

            return;
        }

        var (bits, mask) = (pass.PixelBits, (1 << pass.PixelBits) - 1);
        for (var i = 0; i < pass.Width; i++)
        {
            var (source, target) = ((long)i * bits, (long)(first + (i * step)) * bits);
            var value = (from[(int)(source / 8)] >> (8 - bits - (int)(source % 8))) & mask;
            to[(int)(target / 8)] |= (byte)(value << (8 - bits - (int)(target % 8)));
        }
    }

    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0:
                return;
            case 1:
                for (var i = step; i < row.Length; i++)
                {
                    row[i] += row[i - step];
                }

                return;
            case 2:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                return;
            case 3:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(((i < step ? 0 : row[i - step]) + above[i]) / 2);
                }

                return;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += i < step ? above[i] : Paeth(row[i - step], above[i], above[i - step]);
                }

                return;
            default:
                throw new DataFormatException($"row filter {filter}, expected 0 to 4.");
        }
    }

    private static byte Paeth(byte left, byte up, byte corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
