using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Masks;
using PPLCNet.Vision.Tests.Core.Labels;
using PPLCNet.Vision.Tests.Differential.Running;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Differential.Evaluation;

/// <summary>Label maps: files, regions and scores against plain code.</summary>
public sealed class LabelProperties : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Png() => Property.Holds("label-png", random =>
    {
        var path = _folder.File("m.png");
        var map = Map(random, random.Next(1, 60), random.Next(1, 60), 256);
        map.Write(path, random.Next(2) == 0 ? Palette.Voc : null);
        Assert.Equal(map.Ids, LabelMap.Read(path).Ids);

        (int Bits, int Color)[] forms = [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (1, 3), (2, 3), (4, 3), (8, 3), (8, 2),
            (16, 2), (8, 4), (16, 4), (8, 6), (16, 6)];
        var (bits, color) = forms[random.Next(forms.Length)];
        var narrow = Map(random, random.Next(1, 30), random.Next(1, 30), Math.Min(256, 1 << bits));
        int[] ids = [.. narrow.Ids.ToArray().Select(i => (int)i)];
        File.WriteAllBytes(path, PngBytes.Of(ids, narrow.Width, narrow.Height, bits, color, random.Next(2) == 0));
        Assert.Equal(narrow.Ids, LabelMap.Read(path).Ids);
        Assert.Equal(ids, InstanceMap.Read(path).Ids.ToArray().Select(i => (int)i));
    });

    [Fact]
    public void Regions() => Property.Holds("label-regions", random =>
    {
        var map = Map(random, random.Next(1, 30), random.Next(1, 30), 3);
        var expected = map.Ids.ToArray().Select(id => id == 1).ToArray();
        Assert.Equal(expected, RleMask.Of(map, 1).ToPixels().Select(p => p == 1));
        Assert.Equal(expected, Fill(RegionTracer.Trace(map, 1), map.Width, map.Height));
        var coco = RleMask.FromPixels(map.Height, map.Width,
            [.. expected.Select(e => e ? (byte)1 : (byte)0)]);
        Assert.Equal(coco.ToCompressed(), RleMask.Of(map, 1).ToCompressed());
    });

    [Fact]
    public void Scores() => Property.Holds("label-scores", random =>
    {
        var classes = random.Next(1, 25);
        int? ignored = random.Next(3) switch { 0 => null, 1 => 255, _ => random.Next(classes) };
        var absent = (AbsentClass)random.Next(3);
        var isClass = ignored < classes;
        var whole = new ConfusionMatrix(classes, isClass ? null : ignored);
        var (t, p) = (new List<byte>(), new List<byte>());
        for (var pairs = random.Next(1, 4); pairs > 0; pairs--)
        {
            var truth = Map(random, random.Next(1, 50), random.Next(1, 50), classes, isClass ? null : ignored);
            var predicted = Map(random, truth.Width, truth.Height, classes, isClass ? null : ignored);
            t.AddRange(truth.Ids);
            p.AddRange(predicted.Ids);
            var part = new ConfusionMatrix(classes, isClass ? null : ignored);
            part.Add(truth.Ids, predicted.Ids);
            whole.Merge(part);
        }

        PlainScores.AssertEqual([.. t], [.. p], classes, ignored, absent,
            SegmentationScores.Of(whole, absent, isClass ? ignored : null));
    });

    [Fact]
    public void Cityscapes() => Property.Holds("label-cityscapes", random =>
    {
        var pairs = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var truth = Map(random, random.Next(1, 40), random.Next(1, 40), 34);
            var predicted = random.Next(2) == 0 ? Map(random, truth.Width, truth.Height, 34) : Nearly(random, truth);
            return (truth, predicted, Instances(random, truth));
        }).ToList();
        var evaluator = new CityscapesEvaluator();
        foreach (var (truth, predicted, instances) in pairs)
        {
            var one = new CityscapesEvaluator();
            one.Add(new CityscapesIdMap(truth), new CityscapesIdMap(predicted), instances);
            evaluator.Merge(one);
        }

        PlainCityscapes.AssertEqual(pairs, evaluator.Score());
    });

    public void Dispose() => _folder.Dispose();

    private static LabelMap Map(Random random, int width, int height, int classes, int? other = null)
    {
        var map = new LabelMap(width, height);
        var used = random.Next(1, classes + 1); // often not all of them occur
        for (var i = 0; i < map.Ids.Length;)
        {
            var id = other is { } ignored && random.Next(6) == 0 ? ignored : random.Next(used);
            var run = Math.Min(map.Ids.Length - i, 1 + random.Next(1 + random.Next(60)));
            map.Ids.Slice(i, run).Fill((byte)id);
            i += run;
        }

        return map;
    }

    private static LabelMap Nearly(Random random, LabelMap map)
    {
        var other = new LabelMap(map.Ids.ToArray(), map.Width, map.Height);
        for (var n = random.Next(0, map.Ids.Length); n > 0; n--)
        {
            other.Ids[random.Next(other.Ids.Length)] = (byte)random.Next(34);
        }

        return other;
    }

    private static InstanceMap Instances(Random random, LabelMap truth)
    {
        var ids = truth.Ids.ToArray()
            .Select(id => id >= 24 && random.Next(4) != 0 ? (ushort)((id * 1000) + random.Next(4)) : id).ToArray();
        return new InstanceMap(ids, truth.Width, truth.Height);
    }

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
}
