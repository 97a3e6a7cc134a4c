using OpenCvSharp;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Imaging.Resampling;

namespace PPLCNet.Vision.Tests.Imaging;

public class PreprocessorTests
{
    private static readonly Preprocess _grey = new() { Size = new StretchRule(1, 1), Scale = 1f };

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1280, 720, 224, 224 }, { 224, 224, 224, 224 }, { 448, 448, 224, 224 }, { 100, 60, 320, 48 }, { 37, 19, 71, 45 }, { 640, 480, 960, 736 },
        { 5, 5, 100, 3 }, { 1, 1, 33, 33 }, { 3, 200, 40, 40 }, { 2, 2, 17, 5 }, { 4000, 3, 31, 64 }, { 300, 200, 1, 1 }, { 311, 203, 100, 77 }, { 17, 900, 16, 90 },
    };

    public static MatrixTheoryData<Interpolation, PixelFormat> Formats =>
        new(Enum.GetValues<Interpolation>().Where(i => i != Interpolation.BicubicAntialiased), Enum.GetValues<PixelFormat>());

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BilinearEqualsOpenCv(int width, int height, int toWidth, int toHeight) =>
        AssertClose(Interpolation.Bilinear, width, height, toWidth, toHeight, 0, 0);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BicubicIsWithinOneGreyLevelOfOpenCv(int width, int height, int toWidth, int toHeight) =>
        AssertClose(Interpolation.Bicubic, width, height, toWidth, toHeight, 1, 0.08);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BicubicEqualsOpenCvsOwnCode(int width, int height, int toWidth, int toHeight)
    {
        // With optimisations on, some builds hand cubic resizing to a library with weights that are not rounded to 1/2048.
        Cv2.SetUseOptimized(false);
        try
        {
            AssertClose(Interpolation.Bicubic, width, height, toWidth, toHeight, 1, 0.0005);
        }
        finally
        {
            Cv2.SetUseOptimized(true);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryFormatStridedAndNormalisedFollowsTheReference(Interpolation interpolation, PixelFormat format)
    {
        foreach (var order in Enum.GetValues<ChannelOrder>())
        {
            var spec = new Preprocess
            {
                Size = new StretchRule(96, 64),
                Interpolation = interpolation,
                Channels = order,
                Mean = Preprocess.ImageNetMean,
                Std = Preprocess.ImageNetStd,
            };
            var image = Noise(231, 117, format, 3).View.Crop(11, 7, 201, 103);
            var expected = Reference(spec, image, ResizePlan.Whole(201, 103, 96, 64));
            var got = Run(spec, image);
            AssertWithin(expected, got, 1.001f / 255 / 0.224f, $"{interpolation} {format} {order}");
        }
    }

    public static TheoryData<string, SizeRule> Rules => new()
    {
        { "stretch", new StretchRule(60, 90) },
        { "letterbox", new LetterboxRule(90, 90) },
        { "letterbox corner", new LetterboxRule(64, 160, 7, false) },
        { "short side and crop", new ShortSideCropRule(80, 64, 64) },
        { "crop of a small image", new ShortSideCropRule(10, 300, 20) },
        { "centre crop", new CenterCropRule(0.875, 50, 50) },
        { "multiple", new MultipleRule(32, 96, SideLimit.Min) },
        { "fixed height", new FixedHeightRule(48, 320, 3200) },
        { "fixed height, narrow", new FixedHeightRule(48, 20, 30) },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void EveryRuleFollowsTheReference(string name, SizeRule rule)
    {
        foreach (var (width, height) in (ReadOnlySpan<(int, int)>)[(133, 71), (40, 200)])
        {
            var spec = new Preprocess { Size = rule, Mean = [0.5f, 0.4f, 0.3f], Std = [0.5f, 0.25f, 0.2f] };
            var image = Noise(width, height, PixelFormat.Bgr24, 5);
            AssertWithin(Reference(spec, image, rule.Plan(width, height)), Run(spec, image), 1e-5f, name);
        }
    }

    [Fact]
    public void EveryVectorWidthIsBitEqualToTheScalarTwin()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 60; i++)
        {
            var format = (PixelFormat)random.Next(5);
            var interpolation = (Interpolation)random.Next(2);
            var spec = _grey with
            {
                Interpolation = interpolation,
                Channels = (ChannelOrder)random.Next(2),
                Mean = [1, 2, 3],
                Std = [0.3f, 2, 5],
                Size = new StretchRule(random.Next(1, 200), random.Next(1, 100)),
            };
            var image = Noise(random.Next(1, 300), random.Next(1, 100), format, i);
            var scalar = Run(spec, image, SimdLevel.Scalar);
            foreach (var level in Enum.GetValues<SimdLevel>().Where(Simd.Supports))
            {
                var got = Run(spec, image, level);
                Assert.True(scalar.AsSpan().SequenceEqual(got), $"seed {seed}, case {i}: {level} {interpolation} {format} {image.Width}x{image.Height} {spec.Size}");
            }
        }
    }

    [Theory]
    [InlineData(300, 200, 100, 80)] // Both rows at once: half the height or less.
    [InlineData(300, 100, 100, 80)] // Rows kept.
    [InlineData(1280, 720, 224, 224)] // Eight columns take 126 bytes.
    [InlineData(1600, 720, 224, 224)] // Eight columns lie too far apart.
    [InlineData(43, 90, 203, 45)] // The narrowest row that a vector can read: 129 bytes of BGR.
    public void EveryVectorWidthIsBitEqualAtTheSizesWhereTheCodeForks(int width, int height, int toWidth, int toHeight)
    {
        foreach (var format in Enum.GetValues<PixelFormat>())
        {
            // A window inside the resized image, pasted away from the tensor's edges.
            var plan = ResizePlan.Whole(width - 3, height - 2, toWidth, toHeight) with
            {
                SourceX = 2, SourceY = 1, WindowX = 5, WindowY = 3, WindowWidth = toWidth - 9, WindowHeight = toHeight - 4, OffsetX = 4, OffsetY = 1,
            };
            var image = Noise(width, height, format, 11);
            float[][] tensors = [.. Enum.GetValues<SimdLevel>().Where(Simd.Supports).Select(level =>
            {
                var tensor = new float[3 * toWidth * toHeight];
                new Preprocessor(_grey with { Mean = [1, 2, 3], Std = [0.3f, 2, 5] }, level).Run(image, plan, tensor);
                return tensor;
            })];
            Assert.All(tensors, t => Assert.True(tensors[0].AsSpan().SequenceEqual(t), $"{format}"));
        }
    }

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void CallsAllocateNothing(Interpolation interpolation)
    {
        var preprocessor = new Preprocessor(_grey with { Size = new StretchRule(100, 70), Interpolation = interpolation });
        var image = Noise(301, 203, PixelFormat.Bgr24, 1);
        var tensor = new float[3 * 100 * 70];
        preprocessor.Run(image, preprocessor.Plan(301, 203), tensor); // Fills the pool.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            preprocessor.Run(image, preprocessor.Plan(301, 203), tensor);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void PadPixelIsNormalisedAndPlainPaddingIsZero()
    {
        var image = Noise(40, 10, PixelFormat.Rgb24, 1);
        var letterbox = Run(_grey with { Size = new LetterboxRule(20, 20, 114), Mean = [14, 14, 14] }, image);
        Assert.Equal(100, letterbox[0]);
        var line = Run(_grey with { Size = new FixedHeightRule(4, 40, 40), Mean = [14, 14, 14] }, image);
        Assert.Equal(0, line[39]);
    }

    [Fact]
    public void CallsOutsideTheirLimitsAreRefused()
    {
        var preprocessor = new Preprocessor(_grey);
        var image = new PixelBuffer(4, 4);
        Assert.Throws<ArgumentException>(() => preprocessor.Run(image, preprocessor.Plan(4, 4), new float[4]));
        Assert.Throws<ArgumentException>(() => preprocessor.Run(image, preprocessor.Plan(5, 4), new float[3]));
        Assert.Throws<ArgumentException>(() => preprocessor.Run(image, preprocessor.Plan(4, 4) with { WindowX = 1 }, new float[3]));
        Assert.Throws<ArgumentException>(() => new Preprocessor(_grey with { Std = [1, 0, 1] }));
    }

    [Fact]
    public void PointsMapToTheTensorAndBack()
    {
        var plan = new ShortSideCropRule(256, 224, 224).Plan(1280, 720);
        var (x, y) = plan.ToTensor(640, 360);
        Assert.Equal((112.5f, 112f), (MathF.Round(x, 1), MathF.Round(y, 1)));
        var (sx, sy) = plan.ToSource(x, y);
        Assert.Equal((640f, 360f), (MathF.Round(sx, 2), MathF.Round(sy, 2)));
    }

    private static void AssertClose(Interpolation interpolation, int width, int height, int toWidth, int toHeight, int tolerance, double share)
    {
        var spec = _grey with { Size = new StretchRule(toWidth, toHeight), Interpolation = interpolation };
        var image = Noise(width, height, PixelFormat.Bgr24, 7);
        var expected = Reference(spec, image, spec.Size.Plan(width, height));
        var got = Run(spec, image);
        var different = 0;
        for (var i = 0; i < got.Length; i++)
        {
            var difference = Math.Abs(got[i] - expected[i]);
            different += difference > 0 ? 1 : 0;
            Assert.True(difference <= tolerance, $"value {i}: expected {expected[i]}, found {got[i]}");
        }

        Assert.True(different <= share * got.Length, $"{different} of {got.Length} values differ");
    }

    private static void AssertWithin(float[] expected, float[] got, float tolerance, string name)
    {
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < got.Length; i++)
        {
            Assert.True(Math.Abs(got[i] - expected[i]) <= tolerance, $"{name}, value {i}: expected {expected[i]}, found {got[i]}");
        }
    }

    private static float[] Run(Preprocess spec, PixelView image, SimdLevel? level = null)
    {
        var preprocessor = new Preprocessor(spec, level);
        var plan = preprocessor.Plan(image.Width, image.Height);
        var tensor = new float[3 * plan.TensorWidth * plan.TensorHeight];
        Array.Fill(tensor, float.NaN);
        preprocessor.Run(image, plan, tensor);
        return tensor;
    }

    /// <summary>OpenCV's resize on a copy of the region, then plain float arithmetic.</summary>
    private static float[] Reference(Preprocess spec, PixelView image, ResizePlan plan)
    {
        using var source = image.Crop(plan.SourceX, plan.SourceY, plan.SourceWidth, plan.SourceHeight).ToMat();
        using var resized = new Mat();
        Cv2.Resize(source, resized, new Size(plan.ResizedWidth, plan.ResizedHeight), 0, 0, spec.Interpolation switch
        {
            Interpolation.Bicubic => InterpolationFlags.Cubic,
            Interpolation.Area => InterpolationFlags.Area,
            Interpolation.Lanczos => InterpolationFlags.Lanczos4,
            _ => InterpolationFlags.Linear,
        });
        var pixels = resized.ToPixelBuffer();
        var (step, rgb) = (image.Format.BytesPerPixel(), image.Format is PixelFormat.Rgb24 or PixelFormat.Rgba32);
        var tensor = new float[3 * plan.TensorWidth * plan.TensorHeight];
        for (var c = 0; c < 3; c++)
        {
            var channel = step == 1 ? 0 : rgb == (spec.Channels == ChannelOrder.Rgb) ? c : 2 - c;
            for (var y = 0; y < plan.TensorHeight; y++)
            {
                for (var x = 0; x < plan.TensorWidth; x++)
                {
                    var (wx, wy) = (x - plan.OffsetX, y - plan.OffsetY);
                    var inside = wx >= 0 && wy >= 0 && wx < plan.WindowWidth && wy < plan.WindowHeight;
                    float? pixel = inside ? pixels.Row(wy + plan.WindowY)[((wx + plan.WindowX) * step) + channel] : plan.PadPixel;
                    tensor[(((c * plan.TensorHeight) + y) * plan.TensorWidth) + x] =
                        pixel is { } value ? ((value * spec.Scale) - spec.Mean[c]) / spec.Std[c] : 0;
                }
            }
        }

        return tensor;
    }

    private static PixelBuffer Noise(int width, int height, PixelFormat format, int seed)
    {
        var image = new PixelBuffer(width, height, format);
        new Random(seed).NextBytes(image.Data);
        return image;
    }
}
