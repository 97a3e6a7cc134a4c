using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;
using SixLabors.ImageSharp.PixelFormats;

namespace PPLCNet.Vision.Tests.Imaging;

public class ImageCodecTests
{
    private static readonly OpenCvCodec _openCv = new();
    private static readonly ImageSharpCodec _imageSharp = new();

    public static TheoryData<string> Codecs => ["opencv", "imagesharp"];

    public static MatrixTheoryData<string, string> CodecsAndFormats => new(Codecs.Select(c => c.Data), [".jpg", ".png", ".bmp", ".webp", ".tif"]);

    [Theory]
    [InlineData(".png")]
    [InlineData(".bmp")]
    [InlineData(".webp")]
    [InlineData(".tif")]
    public void LosslessFormatsAreEqualInBothCodecsBothWays(string extension)
    {
        var image = Noise(37, 23);
        foreach (var encoder in (IImageCodec[])[_openCv, _imageSharp])
        {
            var encoded = encoder.Encode(image, extension);
            var (a, b) = (_openCv.Decode(encoded, "a"), _imageSharp.Decode(encoded, "b"));
            Assert.True(a.Data.SequenceEqual(b.Data), $"{encoder.Name} {extension}");
            if (extension != ".webp" || encoder == _imageSharp)
            {
                Assert.True(a.Data.SequenceEqual(image.Data), $"{encoder.Name} {extension}");
            }
        }
    }

    [Fact]
    public void JpegIsCloseInBothCodecs()
    {
        foreach (var file in Directory.GetFiles(RepositoryPaths.Samples, "*.jpg"))
        {
            var encoded = File.ReadAllBytes(file);
            var (a, b) = (_openCv.Decode(encoded, file), _imageSharp.Decode(encoded, file));
            Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
            double sum = 0;
            for (var i = 0; i < a.Data.Length; i++)
            {
                sum += Math.Abs(a.Data[i] - b.Data[i]);
            }

            Assert.True(sum / a.Data.Length < 1.5, $"{file}: mean difference {sum / a.Data.Length}");
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void OrientationIsApplied(string codec)
    {
        // An image with a red top left corner, turned into each stored form.
        var jpeg = _openCv.Encode(Corner(), ".jpg");
        var png = _openCv.Encode(Corner(), ".png");
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            foreach (var encoded in (byte[][])[ImageBytes.WithExif(jpeg, orientation), ImageBytes.WithPngExif(png, orientation)])
            {
                var upright = Codec(codec).Decode(encoded, "x");
                Assert.Equal(orientation >= 5 ? (32, 64) : (64, 32), (upright.Width, upright.Height));
                var right = orientation is 2 or 3 or 6 or 7;
                var bottom = orientation is 3 or 4 or 7 or 8;
                var (x, y) = (right ? upright.Width - 5 : 4, bottom ? upright.Height - 5 : 4);
                Assert.True(upright.Row(y)[(x * 3) + 2] > 200, $"orientation {orientation}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void GreySixteenBitAndAlphaBecomeThreeBytes(string codec)
    {
        var grey = new PixelBuffer(4, 3, PixelFormat.Gray8);
        grey.Data.Fill(77);
        Assert.All(Codec(codec).Decode(_openCv.Encode(grey, ".png"), "grey").Data.ToArray(), v => Assert.Equal(77, v));

        var alpha = new PixelBuffer(2, 1, PixelFormat.Bgra32);
        // What is visible is dark, so the ground is white.
        ((ReadOnlySpan<byte>)[10, 20, 30, 0, 40, 50, 60, 128]).CopyTo(alpha.Data);
        Assert.Equal([255, 255, 255, 147, 152, 157], Codec(codec).Decode(_openCv.Encode(alpha, ".png"), "alpha").Data.ToArray());

        using var deep = new SixLabors.ImageSharp.Image<Rgb48>(2, 1);
        deep[0, 0] = new Rgb48(0x1234, 0x8000, 0xFFFF);
        deep[1, 0] = new Rgb48(0, 0x0100, 0x7F7F);
        using var stream = new MemoryStream();
        deep.Save(stream, new SixLabors.ImageSharp.Formats.Png.PngEncoder { BitDepth = SixLabors.ImageSharp.Formats.Png.PngBitDepth.Bit16 });
        var got = Codec(codec).Decode(stream.ToArray(), "deep").Data.ToArray();
        byte[] expected = [0xFF, 0x80, 0x12, 0x7F, 1, 0];
        Assert.All(got.Zip(expected), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 1));
    }

    [Theory]
    [MemberData(nameof(CodecsAndFormats))]
    public void TruncatedFilesAreErrors(string codec, string extension)
    {
        var encoded = _openCv.Encode(Noise(64, 48), extension);
        Assert.Equal(64, Codec(codec).Decode(encoded, "whole").Width);
        foreach (var share in (double[])[0.1, 0.5, 0.9])
        {
            var e = Assert.Throws<ImageException>(() => Codec(codec).Decode(encoded.AsSpan(0, (int)(encoded.Length * share)), "cut.file"));
            Assert.Equal(ImageFault.Decode, e.Fault);
            Assert.Contains("cut.file", e.Message, StringComparison.Ordinal);
        }

        if (extension != ".tif")
        {
            Assert.Throws<ImageException>(() => Codec(codec).Decode(encoded.AsSpan(0, encoded.Length - 2), "almost whole"));
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void WhatIsNoImageIsAnError(string codec)
    {
        foreach (var (name, bytes) in (IEnumerable<(string, byte[])>)
        [
            ("empty", []),
            ("text named .jpg", "hello, this is a text"u8.ToArray()),
            ("zeros", new byte[1000]),
            ("only a JPEG start", [0xFF, 0xD8, 0xFF]),
            ("a gif", "GIF89a"u8.ToArray()),
            ("a PNG of 0x0", ImageBytes.PngHeader(0, 0)),
        ])
        {
            var e = Assert.Throws<ImageException>(() => Codec(codec).Decode(bytes, name));
            Assert.Equal(ImageFault.Decode, e.Fault);
            Assert.Contains("expected", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void LimitsAreCheckedFromTheHeaderAlone(string codec)
    {
        // Only headers: had anything been decoded, these would be decode errors.
        foreach (var bytes in (byte[][])[ImageBytes.PngHeader(50000, 50000), ImageBytes.BmpHeader(50000, 50000), ImageBytes.JpegHeader(50000, 50000)])
        {
            var e = Assert.Throws<ImageException>(() => Codec(codec).Decode(bytes, "huge"));
            Assert.Equal(ImageFault.Limit, e.Fault);
            Assert.Contains("50000x50000", e.Message, StringComparison.Ordinal);
        }

        var small = _openCv.Encode(Noise(20, 10), ".png");
        Assert.Equal(ImageFault.Limit, Assert.Throws<ImageException>(() => Codec(codec).Decode(small, "bytes", new ImageLimits { MaxBytes = 100 })).Fault);
        Assert.Equal(ImageFault.Limit, Assert.Throws<ImageException>(() => Codec(codec).Decode(small, "side", new ImageLimits { MaxSide = 19 })).Fault);
        Assert.Equal(ImageFault.Limit, Assert.Throws<ImageException>(() => Codec(codec).Decode(small, "pixels", new ImageLimits { MaxPixels = 199 })).Fault);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void DamagedBytesNeverDoAnythingButDecodeOrFailClearly(string codec)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (var extension in (string[])[".jpg", ".png", ".bmp", ".webp", ".tif"])
        {
            var whole = _openCv.Encode(Noise(24, 16), extension);
            for (var i = 0; i < 40; i++)
            {
                var damaged = (byte[])whole.Clone();
                for (var k = 0; k < 3; k++)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                try
                {
                    Codec(codec).Decode(damaged, "damaged", new ImageLimits { MaxPixels = 1_000_000 });
                }
                catch (ImageException)
                {
                    // The one exception that is allowed.
                }
                catch (Exception e)
                {
                    Assert.Fail($"seed {seed}, {extension} {i}: {e}");
                }
            }
        }
    }

    [Theory]
    [InlineData(null, true, "opencv")]
    [InlineData(null, false, "imagesharp")]
    [InlineData("imagesharp", true, "imagesharp")]
    [InlineData("OpenCV", false, "opencv")]
    public void TheDefaultIsTheBestThatLoads(string? asked, bool loads, string expected) =>
        Assert.Equal(expected, ImageCodecs.Choose(asked, loads).Name);

    [Fact]
    public void UnknownCodecsAndExtensionsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => ImageCodecs.Choose("stb", true));
        Assert.Throws<ArgumentException>(() => _openCv.Encode(Noise(2, 2), ".xyz"));
        Assert.Throws<ArgumentException>(() => _imageSharp.Encode(Noise(2, 2), ".xyz"));
    }

    [Fact]
    public void ImageSharpImagesComeAndGo()
    {
        foreach (var format in Enum.GetValues<PixelFormat>())
        {
            var pixels = new PixelBuffer(5, 3, format);
            new Random(2).NextBytes(pixels.Data);
            using var image = pixels.View.ToImage();
            var back = image.ToPixelBuffer();
            var (red, green, blue) = format.ChannelOffsets();
            for (var i = 0; i < 15; i++)
            {
                var pixel = pixels.Data[(i * format.BytesPerPixel())..];
                Assert.Equal((pixel[red], pixel[green], pixel[blue]), (back.Data[i * 3], back.Data[(i * 3) + 1], back.Data[(i * 3) + 2]));
            }
        }
    }

    [Fact]
    public void StreamsAreReadToTheLimit()
    {
        var encoded = _openCv.Encode(Noise(20, 10), ".png");
        Assert.Equal(20, ImageFile.Decode(new MemoryStream(encoded)).Width);
        Assert.Throws<ImageException>(() => ImageFile.Decode(new MemoryStream(encoded), limits: new ImageLimits { MaxBytes = 50 }));
    }

    private static IImageCodec Codec(string name) => name == "opencv" ? _openCv : _imageSharp;

    private static PixelBuffer Noise(int width, int height)
    {
        var image = new PixelBuffer(width, height);
        new Random(width).NextBytes(image.Data);
        return image;
    }

    /// <summary>64x32, black but for a red block at the top left.</summary>
    private static PixelBuffer Corner()
    {
        var image = new PixelBuffer(64, 32);
        for (var y = 0; y < 16; y++)
        {
            for (var x = 0; x < 16; x++)
            {
                image.Row(y)[(x * 3) + 2] = 255;
            }
        }

        return image;
    }
}
