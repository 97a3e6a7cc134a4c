using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Tests.Detection.Decoding;

/// <summary>Decoding and suppression against the official implementation's results.</summary>
public sealed class PicoDetVectorTests
{
    private static readonly NmsOptions _graph = new();

    public static TheoryData<string> Names => PicoDetVector.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryAnchorDecodesToTheOfficialBox(string name)
    {
        var vector = PicoDetVector.Load(name);
        var got = new List<Box>();
        for (var l = 0; l < vector.Grid.Levels.Count; l++)
        {
            var level = vector.Grid.Levels[l];
            var logits = vector.Boxes(l);
            for (var i = 0; i < level.Count; i++)
            {
                got.Add(DistributionBox.Decode(logits.AsSpan(i * 32, 32), i % level.Width, i / level.Width, level.Stride));
            }
        }

        Assert.Equal(vector.Decoded.Length, got.Count);
        Assert.All(got.Zip(vector.Decoded), pair => AssertBox(pair.Second, pair.First, 1e-4f));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RawHeadsGiveTheRowsOfTheGraph(string name)
    {
        var vector = PicoDetVector.Load(name);
        using var candidates = vector.Candidates(_graph);
        AssertRows(vector.GraphRows, ByClass(InSource(vector, NonMaximumSuppression.Run(candidates, _graph).ToDetections(candidates, [], b => b))), 1e-2f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DecodedHeadsGiveTheRowsOfTheGraph(string name)
    {
        var vector = PicoDetVector.Load(name);
        using var candidates = new Candidates();
        DecodedHeads.Collect(vector.Decoded.SelectMany(b => b).ToArray(), vector.ClassMajorScores(), _graph, "vector", candidates);
        AssertRows(vector.GraphRows, ByClass(InSource(vector, NonMaximumSuppression.Run(candidates, _graph).ToDetections(candidates, [], b => b))), 1e-2f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DeploySettingsGiveTheRowsOfTheDeployScript(string name)
    {
        var vector = PicoDetVector.Load(name);
        var deploy = new NmsOptions { ScoreThreshold = 0.4f, IouThreshold = 0.5f, TopKAfter = 0 };
        using var candidates = vector.Candidates(deploy);
        var found = NonMaximumSuppression.Run(candidates, deploy).ToDetections(candidates, [], b => b).Clip(vector.Width, vector.Height);
        AssertRows(vector.DeployRows, ByClass(InSource(vector, found)), 1e-2f);
    }

    private static Detections InSource(PicoDetVector vector, Detections found)
    {
        var plan = ResizePlan.Whole(vector.SourceWidth, vector.SourceHeight, vector.Width, vector.Height);
        return found.Map(b =>
        {
            var (x0, y0) = plan.ToSource(b.X0, b.Y0);
            var (x1, y1) = plan.ToSource(b.X1, b.Y1);
            return new Box(x0, y0, x1, y1);
        });
    }

    private static List<DetectedObject> ByClass(Detections found) => [.. found.OrderBy(o => o.ClassId)];

    private static void AssertRows(float[][] expected, List<DetectedObject> got, float tolerance)
    {
        Assert.Equal(expected.Select(r => ((int)r[0], r[1])), got.Select(o => (o.ClassId, o.Score)));
        Assert.All(expected.Zip(got), pair => AssertBox(pair.First[2..], pair.Second.Box, tolerance));
    }

    private static void AssertBox(float[] expected, Box got, float tolerance)
    {
        float[] values = [got.X0, got.Y0, got.X1, got.Y1];
        for (var i = 0; i < 4; i++)
        {
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance, $"expected [{string.Join(", ", expected)}], got {got}");
        }
    }
}
