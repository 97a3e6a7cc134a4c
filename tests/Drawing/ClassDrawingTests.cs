using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Tests.Drawing;

public sealed class ClassDrawingTests
{
    [Fact]
    public void A_legend_is_drawn_on_a_copy_of_the_image()
    {
        using var canvas = new Canvas(200, 100, Color.White);
        var image = canvas.ToPixelBuffer();
        ClassScore[] classes = [new ClassScore(3, "cat", 0.75f), new ClassScore(1, "dog", 0.25f)];
        var drawn = classes.Draw(image);
        Assert.Equal((200, 100), (drawn.Width, drawn.Height));
        Assert.False(drawn.View.Row(5).SequenceEqual(image.View.Row(5)));
        Assert.All(image.View.Row(5).ToArray(), value => Assert.Equal(255, value));
    }
}
