using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Core.Geometry;

public sealed class HomographyTests
{
    private static readonly Quad _quad = new(new(12, 20), new(210, 35), new(205, 90), new(8, 70));

    [Fact]
    public void CornersGoToCorners()
    {
        var map = Homography.FromRectangle(200, 50, _quad);
        Vector2[] from = [new(0, 0), new(200, 0), new(200, 50), new(0, 50)];
        for (var i = 0; i < 4; i++)
        {
            Assert.InRange(Vector2.Distance(_quad[i], map.Apply(from[i])), 0, 1e-3f);
        }
    }

    [Fact]
    public void EqualsOpenCv()
    {
        using var expected = Cv2.GetPerspectiveTransform(
            [new(0, 0), new(200, 0), new(200, 50), new(0, 50)],
            Enumerable.Range(0, 4).Select(i => new Point2f(_quad[i].X, _quad[i].Y)).ToArray());
        var map = Homography.FromRectangle(200, 50, _quad);
        for (var x = 0; x <= 200; x += 20)
        {
            for (var y = 0; y <= 50; y += 10)
            {
                var point = Cv2.PerspectiveTransform([new Point2d(x, y)], expected)[0];
                Assert.InRange(Vector2.Distance(map.Apply(new(x, y)), new((float)point.X, (float)point.Y)), 0, 1e-4f);
            }
        }
    }

    [Fact]
    public void ThreeCornersOnALineHaveNoMap() => Assert.Throws<ArgumentException>(() =>
        Homography.FromRectangle(10, 10, new Quad(new(0, 0), new(0, 5), new(0, 10), new(0, 2))));
}
