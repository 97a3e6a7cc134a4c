using PPLCNet.Vision.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;

namespace PPLCNet.Vision.Tests.Imaging;

/// <summary>
/// Forms of pixels that scanners, printers and image editors write: each codec reads their colors, or refuses the file and
/// names the form.
/// </summary>
public class ImageFormTests
{
    private const uint Full = 0xFFFF;

    private static readonly (int R, int G, int B) _red = (200, 40, 30), _blue = (30, 120, 220);
    private static readonly (int R, int G, int B) _black = (0, 0, 0), _white = (255, 255, 255), _dark = (40, 40, 40);

    private static readonly Dictionary<string, Form> _forms = new()
    {
        ["png gray alpha 8"] = new(Png(PngColorType.GrayscaleWithAlpha, PngBitDepth.Bit8), _dark, _white),
        ["png gray alpha 16"] = new(Png(PngColorType.GrayscaleWithAlpha, PngBitDepth.Bit16), _dark, _white),
        ["png rgba 16"] = new(Png(PngColorType.RgbWithAlpha, PngBitDepth.Bit16), _dark, _white),
        ["png palette transparent"] = new(Png(PngColorType.Palette, PngBitDepth.Bit8), _dark, _white),
        ["png rgb 16"] = new(Colors(new PngEncoder { ColorType = PngColorType.Rgb, BitDepth = PngBitDepth.Bit16 }), _red, _blue),
        ["png palette"] = new(Colors(new PngEncoder { ColorType = PngColorType.Palette }), _red, _blue),
        ["png gray 1"] = new(Ink(new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit1 }), _black,
            _white),
        ["jpeg cmyk"] = new(Colors(new JpegEncoder { ColorType = JpegColorType.Cmyk, Quality = 100 }), _red, _blue, 6),
        ["jpeg gray"] = new(Ink(new JpegEncoder { ColorType = JpegColorType.Luminance, Quality = 100 }), _black, _white, 2),
        ["tiff gray alpha 8"] = new(new TiffForm(1, 8, [40, 255], [40, 0]) { Extra = 2 }, _dark, _white)
            { RefusedAs = "8-bit gray with alpha", RefusedByBoth = true },
        ["tiff gray alpha 16"] = new(new TiffForm(1, 16, [40 * 257, Full], [40 * 257, 0]) { Extra = 2 }, _dark, _white)
            { RefusedAs = "16-bit gray with alpha", RefusedByBoth = true },
        ["tiff gray premultiplied alpha 8"] = new(new TiffForm(1, 8, [40, 255], [0, 0]) { Extra = 1 }, _dark, _white)
            { RefusedAs = "8-bit gray with alpha", RefusedByBoth = true },
        ["tiff rgba 8"] = new(new TiffForm(2, 8, [40, 40, 40, 255], [40, 40, 40, 0]) { Extra = 2 }, _dark, _white),
        ["tiff rgba 16"] = new(new TiffForm(2, 16, [40 * 257, 40 * 257, 40 * 257, Full], [40 * 257, 40 * 257, 40 * 257, 0])
            { Extra = 2 }, _dark, _white),
        ["tiff rgb 8"] = new(new TiffForm(2, 8, [200, 40, 30], [30, 120, 220]), _red, _blue),
        ["tiff rgb 8 planar"] = new(new TiffForm(2, 8, [200, 40, 30], [30, 120, 220]) { IsPlanar = true }, _red, _blue),
        ["tiff rgb 8 and one more"] = new(new TiffForm(2, 8, [200, 40, 30, 9], [30, 120, 220, 9]) { Extra = 0 }, _red, _blue)
            { RefusedAs = "8-bit RGB with extra samples" },
        ["tiff rgb 16"] = new(new TiffForm(2, 16, [200 * 257, 40 * 257, 30 * 257], [30 * 257, 120 * 257, 220 * 257]), _red,
            _blue),
        ["tiff rgb 16 big-endian"] = new(new TiffForm(2, 16, [200 * 257, 40 * 257, 30 * 257], [30 * 257, 120 * 257,
            220 * 257]) { IsBigEndian = true }, _red, _blue),
        ["tiff rgb 32"] = new(new TiffForm(2, 32, [200 * 0x1010101u, 40 * 0x1010101u, 30 * 0x1010101u], [30 * 0x1010101u,
            120 * 0x1010101u, 220 * 0x1010101u]), _red, _blue),
        ["tiff rgb float"] = new(new TiffForm(2, 32, Float(200, 40, 30), Float(30, 120, 220)) { SampleFormat = 3 }, _red, _blue),
        ["tiff gray 8"] = new(new TiffForm(1, 8, [40], [255]), _dark, _white),
        ["tiff gray 16"] = new(new TiffForm(1, 16, [40 * 257], [Full]), _dark, _white),
        ["tiff gray 32"] = new(new TiffForm(1, 32, [40 * 0x1010101u], [uint.MaxValue]), _dark, _white),
        ["tiff gray float"] = new(new TiffForm(1, 32, Float(40), Float(255)) { SampleFormat = 3 }, _dark, _white),
        ["tiff gray 8, white is 0"] = new(new TiffForm(0, 8, [215], [0]), _dark, _white),
        ["tiff gray 16, white is 0"] = new(new TiffForm(0, 16, [215 * 257], [0]), _dark, _white),
        ["tiff gray 4"] = new(new TiffForm(1, 4, [0], [15]), _black, _white),
        ["tiff gray 1"] = new(new TiffForm(1, 1, [0], [1]), _black, _white),
        ["tiff gray 1, white is 0"] = new(new TiffForm(0, 1, [1], [0]), _black, _white),
        ["tiff palette 8"] = new(new TiffForm(3, 8, [0], [1]) { Palette = [_red, _blue] }, _red, _blue),
        ["tiff palette 4"] = new(new TiffForm(3, 4, [0], [1]) { Palette = [_red, _blue] }, _red, _blue),
        ["tiff palette 1"] = new(new TiffForm(3, 1, [0], [1]) { Palette = [_red, _blue] }, _red, _blue),
        ["tiff cmyk 8"] = new(new TiffForm(5, 8, [0, 204, 217, 55], [220, 116, 0, 35]), _red, _blue, 2)
            { RefusedAs = "8-bit CMYK" },
        ["tiff cmyk 16"] = new(new TiffForm(5, 16, [0, 204 * 257, 217 * 257, 55 * 257], [220 * 257, 116 * 257, 0, 35 * 257]),
            _red, _blue, 2) { RefusedAs = "16-bit CMYK", RefusedByBoth = true },
        ["tiff cmyk 8 planar"] = new(new TiffForm(5, 8, [0, 204, 217, 55], [220, 116, 0, 35]) { IsPlanar = true }, _red, _blue,
            2) { RefusedAs = "8-bit CMYK" },

        // sRGB (200, 40, 30) under D50 is L* 44.9, a* 61.4, b* 47.7; (30, 120, 220) is L* 49.6, a* 3.2, b* -59.4.
        // libtiff does not adapt the white point: strong colors lose blue.
        ["tiff lab 8"] = new(new TiffForm(8, 8, [114, 61, 48], [126, 3, 256 - 59]), _red, _blue, 40)
            { RefusedAs = "8-bit L*a*b*" },
        ["tiff lab 16"] = new(new TiffForm(8, 16, [29425, 61 * 256, 48 * 256], [32505, 3 * 256, 65536 - (59 * 256)]), _red,
            _blue, 40) { RefusedAs = "16-bit L*a*b*" },
        ["tiff icc lab 8"] = new(new TiffForm(9, 8, [114, 128 + 61, 128 + 48], [126, 128 + 3, 128 - 59]), _red, _blue, 40)
            { RefusedAs = "8-bit ICC L*a*b*", RefusedByBoth = true },
        ["tiff group 4"] = new(Ink(new TiffEncoder { BitsPerPixel = TiffBitsPerPixel.Bit1,
            Compression = TiffCompression.CcittGroup4Fax }), _black, _white),
        ["tiff group 3"] = new(Ink(new TiffEncoder { BitsPerPixel = TiffBitsPerPixel.Bit1,
            Compression = TiffCompression.CcittGroup3Fax }), _black, _white),
        ["tiff jpeg"] = new(Colors(new TiffEncoder { Compression = TiffCompression.Jpeg }), _red, _blue, 12),
        ["tiff lzw"] = new(Colors(new TiffEncoder { Compression = TiffCompression.Lzw,
            HorizontalPredictor = TiffPredictor.Horizontal }), _red, _blue),
        ["tiff deflate"] = new(Colors(new TiffEncoder { Compression = TiffCompression.Deflate,
            HorizontalPredictor = TiffPredictor.Horizontal }), _red, _blue),
    };

    public static MatrixTheoryData<string, string> FormsAndCodecs => new(_forms.Keys, ["opencv", "imagesharp"]);

    [Theory]
    [MemberData(nameof(FormsAndCodecs))]
    public void ColorsAreRightOrTheFormIsRefused(string name, string codec)
    {
        var form = _forms[name];
        PixelBuffer pixels;
        try
        {
            pixels = ImageCodecs.Choose(codec, openCvLoads: true).Decode(form.File, "form.file");
        }
        catch (ImageException e)
        {
            Assert.True(codec == "imagesharp" || form.RefusedByBoth, e.Message);
            Assert.True(form.RefusedAs is not null && e.Message.Contains(form.RefusedAs, StringComparison.Ordinal), e.Message);
            return;
        }

        Assert.Equal((TiffForm.Width, TiffForm.Height), (pixels.Width, pixels.Height));
        AssertColor(form.Left, pixels.Row(4)[(3 * 2)..], form.Tolerance);
        AssertColor(form.Right, pixels.Row(4)[(3 * 13)..], form.Tolerance);
    }

    private static void AssertColor((int R, int G, int B) expected, ReadOnlySpan<byte> bgr, int tolerance) => Assert.True(
        Math.Abs(bgr[2] - expected.R) <= tolerance && Math.Abs(bgr[1] - expected.G) <= tolerance
            && Math.Abs(bgr[0] - expected.B) <= tolerance,
        $"expected {expected}, found ({bgr[2]}, {bgr[1]}, {bgr[0]})");

    private static uint[] Float(params int[] values) => [.. values.Select(v => BitConverter.SingleToUInt32Bits(v / 255f))];

    private static byte[] Png(PngColorType type, PngBitDepth depth) => Encode(
        new Rgba32(40, 40, 40, 255), new Rgba32(40, 40, 40, 0), new PngEncoder { ColorType = type, BitDepth = depth,
            TransparentColorMode = PngTransparentColorMode.Preserve });

    private static byte[] Colors(SixLabors.ImageSharp.Formats.IImageEncoder encoder) =>
        Encode(new Rgba32(200, 40, 30, 255), new Rgba32(30, 120, 220, 255), encoder);

    private static byte[] Ink(SixLabors.ImageSharp.Formats.IImageEncoder encoder) =>
        Encode(new Rgba32(0, 0, 0, 255), new Rgba32(255, 255, 255, 255), encoder);

    private static byte[] Encode(Rgba32 left, Rgba32 right, SixLabors.ImageSharp.Formats.IImageEncoder encoder)
    {
        using var image = new Image<Rgba32>(TiffForm.Width, TiffForm.Height, right);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width / 2; x++)
            {
                image[x, y] = left;
            }
        }

        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    private sealed record Form(byte[] File, (int R, int G, int B) Left, (int R, int G, int B) Right, int Tolerance = 1)
    {
        public Form(TiffForm tiff, (int R, int G, int B) left, (int R, int G, int B) right, int tolerance = 1)
            : this(tiff.ToBytes(), left, right, tolerance)
        {
        }

        /// <summary>How the form is called where ImageSharp may refuse it; null where both codecs must read it.</summary>
        public string? RefusedAs { get; init; }

        /// <summary>Whether OpenCV may refuse it too.</summary>
        public bool RefusedByBoth { get; init; }
    }
}
