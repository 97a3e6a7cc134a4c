using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Tests.Teaching.Features;

public class ViewTensorsTests
{
    private static readonly Preprocess _preprocess = new()
    {
        Size = new StretchRule(4, 4), Mean = Preprocess.ImageNetMean, Std = Preprocess.ImageNetStd,
    };

    [Fact]
    public void A_mirrored_view_reads_each_row_from_its_end()
    {
        var (plain, mirrored) = (Write(ImageView.Whole), Write(ImageView.Whole with { Mirror = true }));
        for (var i = 0; i < plain.Length; i++)
        {
            Assert.Equal(plain[i], mirrored[(i / 4 * 4) + 3 - (i % 4)]);
        }
    }

    [Fact]
    public void Light_multiplies_pixels_up_to_white()
    {
        var (plain, light) = (Write(ImageView.Whole), Write(ImageView.Whole with { Gain = 2 }));
        for (var i = 0; i < plain.Length; i++)
        {
            Assert.Equal(Math.Min(255, 2 * Pixel(plain[i], i / 16)), Pixel(light[i], i / 16), 0.01f);
        }
    }

    [Fact]
    public void A_part_is_what_the_part_alone_gives()
    {
        var image = Image();
        var expected = new float[48];
        new Preprocessor(_preprocess).Run(image.View.Crop(2, 2, 4, 4), ResizePlan.Whole(4, 4, 4, 4), expected);
        Assert.Equal(expected, Write(new ImageView(0.25, 0.25, 0.5, false, 1)));
    }

    private static float Pixel(float value, int channel) => ((value * _preprocess.Std[channel]) + _preprocess.Mean[channel]) * 255;

    private static float[] Write(ImageView view)
    {
        var tensor = new float[48];
        new ViewTensors(_preprocess).Write(Image(), view, tensor);
        return tensor;
    }

    private static PixelBuffer Image()
    {
        var image = new PixelBuffer(8, 8, PixelFormat.Bgr24);
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 24; x++)
            {
                image.Row(y)[x] = (byte)((y * 29) + (x * 7));
            }
        }

        return image;
    }
}
