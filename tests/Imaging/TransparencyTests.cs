using System.Buffers.Binary;
using PPLCNet.Vision.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace PPLCNet.Vision.Tests.Imaging;

public sealed class TransparencyTests
{
    private const int Width = 48;
    private const int Height = 16;
    private static readonly IImageCodec[] _codecs = [new OpenCvCodec(), new ImageSharpCodec()];

    public static TheoryData<string> Forms =>
    [
        "png", "png 16 bit", "png gray and alpha", "png palette", "webp", "webp lossy", "bmp",
        "tiff", "tiff premultiplied",
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void InkStandsOutFromItsGroundInEveryFormat(string form)
    {
        foreach (var ink in (byte[])[20, 235])
        {
            // The left half is ink, the right one transparent with the same color hidden under it.
            var encoded = Encode(form, ink);
            foreach (var codec in _codecs)
            {
                var image = codec.Decode(encoded, form);
                Assert.Equal((Width, Height, PixelFormat.Bgr24), (image.Width, image.Height, image.Format));
                for (var x = 4; x < Width; x += Width - 8)
                {
                    var expected = x < Width / 2 ? ink : ink < 128 ? 255 : 0;
                    var pixel = image.Row(8).Slice(x * 3, 3);
                    var off = Math.Max(Math.Abs(pixel[0] - expected), Math.Max(Math.Abs(pixel[1] - expected), Math.Abs(pixel[2] - expected)));
                    Assert.True(
                        off < 6,
                        $"{codec.Name}, {form}, ink {ink}, x {x}: {pixel[0]} {pixel[1]} {pixel[2]}, expected {expected}");
                }
            }
        }
    }

    [Fact]
    public void HalfTransparentPixelsAreMixed()
    {
        byte[] pixels = [0, 0, 0, 255, 0, 0, 0, 128, 40, 80, 120, 128];
        var laid = new PixelView(pixels, 3, 1, 0, PixelFormat.Rgba32).OnGround();
        Assert.Equal([0, 0, 0, 127, 127, 127, 187, 167, 147], laid.Data.ToArray());
    }

    [Fact]
    public void WhereNothingIsVisibleColorsStay()
    {
        // Some programs leave alpha at zero everywhere.
        byte[] pixels = [1, 2, 3, 0, 200, 201, 202, 0];
        Assert.Equal([3, 2, 1, 202, 201, 200], new PixelView(pixels, 2, 1, 0, PixelFormat.Rgba32).OnGround().Data.ToArray());
    }

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Rgb24)]
    [InlineData(PixelFormat.Bgr24)]
    public void WithoutAlphaNothingChanges(PixelFormat format)
    {
        var image = new PixelBuffer(5, 4, format);
        new Random(3).NextBytes(image.Data);
        var laid = image.View.OnGround();
        Assert.Equal(format, laid.Format);
        Assert.Equal(image.Data.ToArray(), laid.Data.ToArray());
    }

    private static byte[] Encode(string form, byte ink)
    {
        using var image = new Image<Rgba32>(Width, Height);
        image.ProcessPixelRows(rows =>
        {
            for (var y = 0; y < Height; y++)
            {
                var row = rows.GetRowSpan(y);
                for (var x = 0; x < Width; x++)
                {
                    row[x] = new Rgba32(ink, ink, ink, x < Width / 2 ? (byte)255 : (byte)0);
                }
            }
        });
        using var stream = new MemoryStream();
        switch (form)
        {
            case "png": image.Save(stream, new PngEncoder { ColorType = PngColorType.RgbWithAlpha }); break;
            case "png 16 bit": image.Save(stream, new PngEncoder { ColorType = PngColorType.RgbWithAlpha, BitDepth = PngBitDepth.Bit16 }); break;
            case "png gray and alpha": image.Save(stream, new PngEncoder { ColorType = PngColorType.GrayscaleWithAlpha }); break;
            case "png palette": image.Save(stream, new PngEncoder { ColorType = PngColorType.Palette }); break;
            case "webp": image.Save(stream, new WebpEncoder { FileFormat = WebpFileFormatType.Lossless }); break;
            case "webp lossy": image.Save(stream, new WebpEncoder { FileFormat = WebpFileFormatType.Lossy, Quality = 95 }); break;
            case "bmp": image.Save(stream, new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel32, SupportTransparency = true }); break;
            case "tiff": return Tiff(ink, extra: 2);
            default: return Tiff(ink, extra: 1);
        }

        return stream.ToArray();
    }

    /// <summary>An uncompressed TIFF of one strip: color with an extra sample, 1 premultiplied alpha or 2 alpha.</summary>
    private static byte[] Tiff(byte ink, ushort extra)
    {
        const int Samples = 4;
        (ushort Tag, ushort Type, uint Count, uint Value)[] tags =
        [
            (256, 4, 1, Width), (257, 4, 1, Height), (258, 3, (uint)Samples, 0), (259, 3, 1, 1), (262, 3, 1, 2),
            (273, 4, 1, 0), (277, 3, 1, (uint)Samples), (278, 4, 1, Height), (279, 4, 1, (uint)(Width * Height * Samples)), (338, 3, 1, extra),
        ];
        var bits = 8 + 2 + (tags.Length * 12) + 4;
        var pixels = bits + 8;
        var file = new byte[pixels + (Width * Height * Samples)];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)tags.Length);
        for (var i = 0; i < tags.Length; i++)
        {
            var entry = file.AsSpan(10 + (i * 12));
            var value = tags[i].Tag switch { 258 => (uint)bits, 273 => (uint)pixels, _ => tags[i].Value };
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tags[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], tags[i].Type);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], tags[i].Count);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], value);
        }

        for (var i = 0; i < 4; i++)
        {
            file[bits + (i * 2)] = 8;
        }

        for (var i = 0; i < Width * Height; i++)
        {
            var alpha = i % Width < Width / 2 ? (byte)255 : (byte)0;
            var pixel = file.AsSpan(pixels + (i * Samples), Samples);
            pixel.Fill(extra == 1 ? (byte)(ink * alpha / 255) : ink);
            pixel[^1] = alpha;
        }

        return file;
    }
}
