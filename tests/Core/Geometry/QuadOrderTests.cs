using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Core.Geometry;

public sealed class QuadOrderTests
{
    public static TheoryData<string, float, float, float, float> Boxes => new()
    {
        // width along the text, height, angle of the text to +x in degrees (clockwise on the screen), expected angle of TL -> TR
        { "flat", 100, 20, 0, 0 },
        { "falling", 100, 20, 30, 30 },
        { "rising", 100, 20, -30, -30 },
        { "half a right angle", 100, 20, 45, 45 },
        { "steep but not vertical", 100, 20, 70, 70 },
        { "square leaning", 50, 50, 10, 10 },
        { "square leaning the other way", 50, 50, -10, -10 },
        { "nearly square", 60, 50, 20, 20 },
    };

    [Theory]
    [MemberData(nameof(Boxes))]
    public void TheUpperEdgeRunsAlongTheText(string name, float width, float height, float angle, float expected)
    {
        foreach (var corners in AllOrders(new RotatedRect(new Point2f(200, 200), new Size2f(width, height), angle)))
        {
            var quad = QuadOrder.ForReading(corners);
            Assert.True(Math.Abs(Angle(quad.TopLeft, quad.TopRight) - expected) < 0.1, name);
            Assert.True(Polygon.SignedArea(quad.ToArray()) > 0, name);
            Assert.InRange(quad.Width, width - 0.1f, width + 0.1f);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-3)]
    [InlineData(12)]
    [InlineData(-12)]
    public void ALeaningVerticalBoxKeepsItsShortEdgeOnTop(float lean)
    {
        // PaddleOCR's order by x gives bottom left first here, and the crop is garbage.
        foreach (var corners in AllOrders(new RotatedRect(new Point2f(200, 200), new Size2f(30, 150), lean)))
        {
            var quad = QuadOrder.ForReading(corners);
            Assert.InRange(quad.Width, 29.9f, 30.1f);
            Assert.True(quad.TopLeft.Y < quad.BottomLeft.Y && quad.TopLeft.X < quad.TopRight.X);
        }
    }

    [Fact]
    public void NeedsFourCorners() => Assert.Throws<ArgumentException>(() => QuadOrder.ForReading(new Vector2[3]));

    private static double Angle(Vector2 a, Vector2 b) => Math.Atan2(b.Y - a.Y, b.X - a.X) * 180 / Math.PI;

    private static IEnumerable<Vector2[]> AllOrders(RotatedRect box)
    {
        var corners = box.Points().Select(p => new Vector2(p.X, p.Y)).ToArray();
        for (var i = 0; i < 4; i++)
        {
            var shifted = corners.Skip(i).Concat(corners.Take(i)).ToArray();
            yield return shifted;
            yield return [.. shifted.Reverse()];
        }
    }
}
