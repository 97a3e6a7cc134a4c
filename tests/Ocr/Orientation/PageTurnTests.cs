using System.Numerics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Orientation;

namespace PPLCNet.Vision.Tests.Ocr.Orientation;

public sealed class PageTurnTests
{
    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void EveryPixelGoesBackToItsPlace(int degrees)
    {
        var page = new PixelBuffer(7, 5, PixelFormat.Bgr24);
        for (var i = 0; i < page.Data.Length; i++)
        {
            page.Data[i] = (byte)i;
        }

        var upright = PageTurn.Upright(page, degrees);
        Assert.Equal(degrees == 180 ? (7, 5) : (5, 7), (upright.Width, upright.Height));
        for (var y = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++)
            {
                var source = PageTurn.ToSource(new Vector2(x + 0.5f, y + 0.5f), degrees, page.Width, page.Height);
                Assert.Equal(page.Row((int)source.Y)[(int)source.X * 3], upright.Row(y)[x * 3]);
            }
        }
    }

    [Fact]
    public void UndoesAClockwiseTurn()
    {
        var page = new PixelBuffer(4, 3, PixelFormat.Bgr24);
        page.Row(0)[0] = 255;
        foreach (var degrees in (int[])[90, 180, 270])
        {
            Assert.True(page.Data.SequenceEqual(PageTurn.Upright(DrawnPages.Turn(page, degrees), degrees).Data));
        }
    }
}
