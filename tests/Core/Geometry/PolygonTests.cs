using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Core.Geometry;

public sealed class PolygonTests
{
    private static readonly Vector2[] _square = [new(0, 0), new(10, 0), new(10, 10), new(0, 10)];
    private static readonly Vector2[] _bow = [new(0, 0), new(10, 10), new(10, 0), new(0, 10)];

    [Theory]
    [InlineData("the same", 0, 0, 100, 1)]
    [InlineData("half", 5, 0, 50, 1.0 / 3)]
    [InlineData("a corner", 5, 5, 25, 25.0 / 175)]
    [InlineData("touching", 10, 0, 0, 0)]
    [InlineData("apart", 20, 0, 0, 0)]
    public void SquaresOverlap(string name, float dx, float dy, double shared, double iou)
    {
        var other = _square.Select(p => p + new Vector2(dx, dy)).ToArray();
        Assert.Equal(shared, Polygon.IntersectionArea(_square, other), 6);
        Assert.True(Math.Abs(iou - Polygon.IntersectionOverUnion(_square, other)) < 1e-9, name);
        Assert.Equal(shared, Polygon.IntersectionArea([.. other.Reverse()], _square), 6);
    }

    [Fact]
    public void ConvexOnesEqualOpenCv()
    {
        const int Seed = 3;
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var (a, b) = (RandomBox(random), RandomBox(random));
            var expected = Cv2.IntersectConvexConvex(Points(a), Points(b), out _);
            Assert.True(Math.Abs(expected - Polygon.IntersectionArea(a, b)) < 0.05, $"seed {Seed}, round {round}: {expected}");
        }
    }

    [Fact]
    public void ConcaveOnesEqualCountedPixels()
    {
        Vector2[] arrow = [new(0, 0), new(60, 20), new(0, 40), new(20, 20)];
        Vector2[] dart = [new(50, 0), new(30, 45), new(5, 5), new(30, 20)];
        var shared = 0;
        const int Fine = 20;
        for (var y = 0; y < 50 * Fine; y++)
        {
            for (var x = 0; x < 70 * Fine; x++)
            {
                var p = new Point2f((x + 0.5f) / Fine, (y + 0.5f) / Fine);
                shared += Inside(arrow, p) && Inside(dart, p) ? 1 : 0;
            }
        }

        Assert.Equal(shared / (double)(Fine * Fine), Polygon.IntersectionArea(arrow, dart), 0.5);
    }

    [Fact]
    public void OnlyCleanOutlinesAreSimple()
    {
        Assert.True(Polygon.IsSimple(_square));
        Assert.False(Polygon.IsSimple(_bow));
        Assert.False(Polygon.IsSimple([new(0, 0), new(5, 5), new(10, 10)]));
        Assert.False(Polygon.IsSimple([new(0, 0), new(5, 5)]));
        Assert.True(Polygon.IsSimple([new(0, 0), new(60, 20), new(0, 40), new(20, 20)]));
    }

    [Fact]
    public void HullLeavesOutWhatIsInside()
    {
        var hull = ConvexHull.Of([.. _square, new(5, 5), new(5, 0), new(2, 8)]);
        Assert.Equal(4, hull.Length);
        Assert.Equal(100, Polygon.Area(hull));
    }

    [Fact]
    public void HullOfABowIsItsBox() => Assert.Equal(100, Polygon.Area(ConvexHull.Of(_bow)));

    private static bool Inside(Vector2[] polygon, Point2f p)
    {
        var inside = false;
        for (int i = 0, j = polygon.Length - 1; i < polygon.Length; j = i++)
        {
            if ((polygon[i].Y > p.Y) != (polygon[j].Y > p.Y)
                && p.X < ((polygon[j].X - polygon[i].X) * (p.Y - polygon[i].Y) / (polygon[j].Y - polygon[i].Y)) + polygon[i].X)
            {
                inside = !inside;
            }
        }

        return inside;
    }

    private static Vector2[] RandomBox(Random random) =>
        [.. new RotatedRect(
            new Point2f(random.Next(60, 100), random.Next(60, 100)),
            new Size2f(random.Next(10, 80), random.Next(10, 80)),
            random.Next(360)).Points().Select(p => new Vector2(p.X, p.Y))];

    private static Point2f[] Points(Vector2[] polygon) => [.. polygon.Select(p => new Point2f(p.X, p.Y))];
}
