using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Tests.Core.Masks;

/// <summary>Polygons and run lengths hold exactly the pixels of a class.</summary>
public class RegionTests
{
    [Fact]
    public void A_square_with_a_hole_is_two_rings()
    {
        var map = new LabelMap(5, 5);
        for (var y = 1; y < 4; y++)
        {
            map.Row(y)[1..4].Fill(1);
        }

        map.Row(2)[2] = 0;
        var rings = RegionTracer.Trace(map, 1);
        Assert.Equal([9, -1], rings.Select(r => r.SignedArea));
        Assert.Equal([(1, 1), (4, 1), (4, 4), (1, 4)], rings[0].Points.Select(p => ((int)p.X, (int)p.Y)));
        Assert.True(rings[1].IsHole);
        Assert.Equal([9], RegionTracer.Trace(map, 1, minArea: 2).Select(r => r.SignedArea));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 7, 5)]
    [InlineData(3, 40, 31)]
    [InlineData(4, 64, 1)]
    [InlineData(5, 33, 64)]
    public void Random_masks_come_back_from_rings_and_run_lengths(int seed, int width, int height)
    {
        var random = new Random(seed);
        var map = new LabelMap([.. Enumerable.Range(0, width * height).Select(_ => (byte)random.Next(3))], width, height);
        for (var id = 0; id < 3; id++)
        {
            var expected = map.Ids.ToArray().Select(i => i == id).ToArray();
            var rings = RegionTracer.Trace(map, id);
            Assert.Equal(expected.Count(m => m), rings.Sum(r => r.SignedArea));
            Assert.Equal(expected, Fill(rings, width, height));
            var mask = RleMask.Of(map, id);
            Assert.Equal(expected, mask.ToPixels().Select(p => p == 1));
            Assert.Equal(expected.Count(m => m), mask.Area);
            Assert.Equal(mask.Runs.ToArray(), Decode(mask.ToCompressed()));
        }
    }

    [Fact]
    public void Absent_classes_are_empty()
    {
        var map = new LabelMap(6, 4);
        Assert.Empty(RegionTracer.Trace(map, 3));
        Assert.Equal([24], RleMask.Of(map, 3).Runs.ToArray());
        Assert.Equal([0, 24], RleMask.Of(map, 0).Runs.ToArray());
    }

    /// <summary>Even-odd: a pixel is inside when an odd number of vertical edges lie to its left.</summary>
    private static bool[] Fill(IReadOnlyList<RegionRing> rings, int width, int height)
    {
        var mask = new bool[width * height];
        foreach (var ring in rings)
        {
            for (var i = 0; i < ring.Points.Count; i++)
            {
                var (a, b) = (ring.Points[i], ring.Points[(i + 1) % ring.Points.Count]);
                for (var y = (int)Math.Min(a.Y, b.Y); a.X == b.X && y < Math.Max(a.Y, b.Y); y++)
                {
                    for (var x = (int)a.X; x < width; x++)
                    {
                        mask[(y * width) + x] ^= true;
                    }
                }
            }
        }

        return mask;
    }

    /// <summary>COCO's own decoding of its strings, written from its description.</summary>
    private static List<int> Decode(string text)
    {
        var counts = new List<int>();
        for (var i = 0; i < text.Length;)
        {
            long value = 0;
            var shift = 0;
            int bits;
            do
            {
                bits = text[i++] - '0';
                value |= (long)(bits & 0x1F) << shift;
                shift += 5;
            }
            while ((bits & 0x20) != 0);
            value |= (bits & 0x10) != 0 ? -1L << shift : 0;
            counts.Add((int)(value + (counts.Count > 2 ? counts[^2] : 0)));
        }

        return counts;
    }
}
