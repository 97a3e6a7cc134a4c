using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Tests.Imaging;

public class AntialiasedResizeTests
{
    [Theory]
    [InlineData(200, 150, 26, 26)]
    [InlineData(500, 375, 260, 260)]
    [InlineData(31, 17, 70, 45)]
    [InlineData(64, 64, 64, 64)]
    [InlineData(3, 2, 1, 5)]
    [InlineData(1000, 5, 7, 2)]
    public void EqualsThePlainFormulaButForTwoRoundings(int width, int height, int toWidth, int toHeight)
    {
        foreach (var format in (ReadOnlySpan<PixelFormat>)[PixelFormat.Rgb24, PixelFormat.Gray8, PixelFormat.Bgra32])
        {
            var image = new PixelBuffer(width, height, format);
            new Random(9).NextBytes(image.Data);
            var preprocessor = new Preprocessor(new() { Size = new StretchRule(toWidth, toHeight), Scale = 1, Interpolation = Interpolation.BicubicAntialiased });
            var tensor = new float[3 * toWidth * toHeight];
            preprocessor.Run(image, preprocessor.Plan(width, height), tensor);
            for (var c = 0; c < 3; c++)
            {
                var channel = format switch { PixelFormat.Gray8 => 0, PixelFormat.Rgb24 => c, _ => 2 - c };
                var expected = Plain(image, channel, toWidth, toHeight);
                for (var i = 0; i < expected.Length; i++)
                {
                    Assert.True(Math.Abs(expected[i] - tensor[(c * expected.Length) + i]) <= 1.3, $"{format}, channel {c}, value {i}: {expected[i]} and {tensor[(c * expected.Length) + i]}");
                }
            }
        }
    }

    [Fact]
    public void EvenImageStaysEven()
    {
        var image = new PixelBuffer(100, 80);
        image.Data.Fill(200);
        var preprocessor = new Preprocessor(new() { Size = new StretchRule(33, 21), Scale = 1, Interpolation = Interpolation.BicubicAntialiased });
        var tensor = new float[3 * 33 * 21];
        preprocessor.Run(image, preprocessor.Plan(100, 80), tensor);
        Assert.All(tensor, v => Assert.Equal(200, v));
    }

    /// <summary>The two-dimensional sum in double precision; only clamped between its passes, as 8 bits do.</summary>
    private static double[] Plain(PixelBuffer image, int channel, int width, int height)
    {
        var step = image.Format.BytesPerPixel();
        var rows = new double[image.Height, width];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                rows[y, x] = Math.Clamp(Sum(image.Width, width, x, i => image.Data[(y * image.Stride) + (i * step) + channel]), 0, 255);
            }
        }

        var result = new double[width * height];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Math.Clamp(Sum(image.Height, height, i / width, y => rows[y, i % width]), 0, 255);
        }

        return result;
    }

    private static double Sum(int source, int resized, int position, Func<int, double> value)
    {
        var scale = (double)source / resized;
        var (centre, stretch) = ((position + 0.5) * scale, Math.Max(1, scale));
        var (sum, weights) = (0.0, 0.0);
        for (var i = 0; i < source; i++)
        {
            var weight = Keys(Math.Abs(i + 0.5 - centre) / stretch);
            sum += weight * value(i);
            weights += weight;
        }

        return sum / weights;
    }

    /// <summary>Keys' kernel with a = -1/2.</summary>
    private static double Keys(double x) => x switch
    {
        < 1 => (1.5 * x * x * x) - (2.5 * x * x) + 1,
        < 2 => (-0.5 * x * x * x) + (2.5 * x * x) - (4 * x) + 2,
        _ => 0,
    };
}
