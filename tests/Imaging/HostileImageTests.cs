using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Imaging.Headers;
using SixLabors.ImageSharp.PixelFormats;

namespace PPLCNet.Vision.Tests.Imaging;

/// <summary>Headers that lie about lengths, and files of several images.</summary>
public class HostileImageTests
{
    private static readonly OpenCvCodec _openCv = new();
    private static readonly ImageSharpCodec _imageSharp = new();

    public static TheoryData<string> Codecs => ["opencv", "imagesharp"];

    [Fact(Timeout = 20_000)]
    public async Task WebPChunkWhoseLengthWrapsEndsTheWalk()
    {
        var bytes = Convert.FromBase64String("UklGRhYAAABXRUJQVlA4IPj///8wAACdASoBAAEA");
        await Task.Run(() => Assert.NotNull(ImageHeader.TryRead(bytes)), TestContext.Current.CancellationToken);
        Assert.Equal(1, ImageFrames.Count(bytes));
        Assert.Throws<ImageException>(() => _openCv.Decode(bytes, "min.webp"));
    }

    [Fact(Timeout = 60_000)]
    public async Task EveryLengthInEveryHeaderMayLie()
    {
        int[] values = [0, 1, 0x7F, 0xFF];
        await Task.Run(
            () =>
            {
                foreach (var whole in Samples())
                {
                    for (var at = 0; at < Math.Min(whole.Length, 160); at++)
                    {
                        foreach (var value in values)
                        {
                            for (var width = 1; width <= 4; width++)
                            {
                                var damaged = (byte[])whole.Clone();
                                damaged.AsSpan(at, Math.Min(width, whole.Length - at)).Fill((byte)value);
                                _ = ImageHeader.TryRead(damaged);
                                _ = ImageFrames.Count(damaged);
                            }
                        }
                    }
                }
            },
            TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 20_000)]
    public async Task StripsTimesTagsTakeNoTime()
    {
        // 65 535 tags before the strip tags, and four million strips.
        const int Strips = 4_000_000;
        var file = new byte[8 + 2 + (65_535 * 12) + 4 + (Strips * 2 * 2)];
        "II*\0"u8.CopyTo(file);
        file[4] = 8;
        (file[8], file[9]) = (0xFF, 0xFF);
        var values = 8 + 2 + (65_535 * 12) + 4;
        Entry(0, 256, 4, 1, 100_000);
        Entry(1, 257, 4, 1, 100_000);
        Entry(65_533, 273, 3, Strips, values);
        Entry(65_534, 279, 3, Strips, values + (Strips * 2));
        var e = await Task.Run(() => Assert.Throws<ImageException>(() => _openCv.Decode(file, "x.tif")), TestContext.Current.CancellationToken);
        Assert.Equal(ImageFault.Limit, e.Fault);

        void Entry(int index, ushort tag, ushort type, int count, int value)
        {
            var at = 10 + (index * 12);
            BitConverter.TryWriteBytes(file.AsSpan(at), tag);
            BitConverter.TryWriteBytes(file.AsSpan(at + 2), type);
            BitConverter.TryWriteBytes(file.AsSpan(at + 4), count);
            BitConverter.TryWriteBytes(file.AsSpan(at + 8), value);
        }
    }

    [Fact]
    public void JpegOfHundredsOfScansIsRefused()
    {
        var jpeg = _openCv.Encode(Noise(16, 16), ".jpg");
        var scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] header = [.. jpeg.AsSpan(scan, 14)];
        byte[] many = [.. jpeg[..scan], .. Enumerable.Repeat(header, 500).SelectMany(b => b), .. jpeg[scan..]];
        var e = Assert.Throws<ImageException>(() => _openCv.Decode(many, "scans.jpg"));
        Assert.Equal(ImageFault.Limit, e.Fault);
        Assert.Contains("501", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void ProfileIsAChunkAndNotAWord(string codec)
    {
        var image = Noise(7, 5);
        var png = ImageBytes.WithPngText(_openCv.Encode(image, ".png"), "iCCP and so on");
        Assert.True(Codec(codec).Decode(png, "text.png").Data.SequenceEqual(image.Data));
        Assert.Null(PngHeader.ProfileChunk(png));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void FirstPageOfATiffIsReadUprightAndThePagesAreCounted(string codec)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            // Red at the stored top left corner.
            var page = new byte[4 * 3 * 3];
            page[0] = 255;
            var file = ImageBytes.Tiff(4, 3, orientation, page, new byte[page.Length]);
            Assert.Equal(2, ImageFrames.Count(file));
            var upright = Codec(codec).Decode(file, "two.tif");
            Assert.Equal(orientation >= 5 ? (3, 4) : (4, 3), (upright.Width, upright.Height));
            var right = orientation is 2 or 3 or 6 or 7;
            var bottom = orientation is 3 or 4 or 7 or 8;
            Assert.True(upright.Row(bottom ? upright.Height - 1 : 0)[((right ? upright.Width - 1 : 0) * 3) + 2] > 200, $"orientation {orientation}");
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void FirstFrameOfAGifIsReadAndTheFramesAreCounted(string codec)
    {
        var gif = Gif();
        Assert.Equal(2, ImageFrames.Count(gif));
        var first = Codec(codec).Decode(gif, "two.gif");
        Assert.Equal((6, 4), (first.Width, first.Height));
        Assert.True(first.Data[2] > 200 && first.Data[0] < 50);
        Assert.Throws<ImageException>(() => Codec(codec).Decode(gif.AsSpan(0, 20), "cut.gif"));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void FirstFrameOfAnAnimatedWebPIsRead(string codec)
    {
        var a = Noise(12, 8);
        var file = ImageBytes.AnimatedWebP(12, 8, _imageSharp.Encode(a, ".webp"), _imageSharp.Encode(a, ".webp"));
        Assert.Equal(2, ImageFrames.Count(file));
        Assert.True(Codec(codec).Decode(file, "two.webp").Data.SequenceEqual(a.Data));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void SizesThatAFormatCannotHoldAreRefused(string codec)
    {
        var wide = new PixelBuffer(20_000, 1);
        Assert.Equal(ImageFault.Limit, Assert.Throws<ImageException>(() => Codec(codec).Encode(wide, ".webp")).Fault);
        Assert.NotEmpty(Codec(codec).Encode(wide, ".png"));
        Assert.Throws<ImageException>(() => Codec(codec).Encode(new PixelBuffer(65_501, 1), ".jpg"));
        Assert.Throws<ArgumentException>(() => Codec(codec).Encode(wide, ".gif"));
    }

    private static IImageCodec Codec(string name) => name == "opencv" ? _openCv : _imageSharp;

    private static IEnumerable<byte[]> Samples()
    {
        foreach (var extension in (string[])[".jpg", ".png", ".bmp", ".webp", ".tif"])
        {
            yield return _openCv.Encode(Noise(24, 16), extension);
        }

        yield return ImageBytes.WithExif(_openCv.Encode(Noise(24, 16), ".jpg"), 6);
        yield return ImageBytes.Tiff(4, 3, 6, new byte[36], new byte[36]);
        yield return ImageBytes.AnimatedWebP(12, 8, _imageSharp.Encode(Noise(12, 8), ".webp"));
        yield return Gif();
    }

    private static byte[] Gif()
    {
        using var image = new SixLabors.ImageSharp.Image<Rgb24>(6, 4, new Rgb24(255, 0, 0));
        using var second = new SixLabors.ImageSharp.Image<Rgb24>(6, 4, new Rgb24(0, 0, 255));
        image.Frames.AddFrame(second.Frames.RootFrame);
        using var stream = new MemoryStream();
        image.Save(stream, new SixLabors.ImageSharp.Formats.Gif.GifEncoder());
        return stream.ToArray();
    }

    private static PixelBuffer Noise(int width, int height)
    {
        var image = new PixelBuffer(width, height);
        new Random(width).NextBytes(image.Data);
        return image;
    }
}
