using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Orientation;

namespace PPLCNet.Vision.Tests.Ocr.Orientation;

public sealed class LineTurnsTests
{
    // Scores as a line stands and turned around; 0 where it was not read so.
    [Theory]
    [InlineData("98 among upright lines", new[] { 0.99f, 0, 0.99f, 0, 1f, 1f }, false, 1f)]
    [InlineData("98 alone", new[] { 1f, 1f }, false, 1f)]
    [InlineData("98 among turned lines", new[] { 0.6f, 0.99f, 0.7f, 0.99f, 0.5f, 0.98f, 1f, 0.99f }, true, 0.99f)]
    [InlineData("a line on its head among upright ones", new[] { 0.99f, 0, 0.99f, 0, 0.6f, 0.98f }, false, 0.98f)]
    [InlineData("an upright line among turned ones", new[] { 0.6f, 0.99f, 0.7f, 0.99f, 0.5f, 0.98f, 0.97f, 0.55f }, true, 0.97f)]
    [InlineData("a tenth does not matter among turned ones", new[] { 0.6f, 0.99f, 0.7f, 0.99f, 0.5f, 0.98f, 0.99f, 0.9f }, true, 0.9f)]
    public void TheLastLineFollowsItsScoreOrItsPage(string name, float[] scores, bool turned, float taken)
    {
        var lines = Lines(scores);
        Assert.True(turned == LineTurns.MostAreTurned(lines, vertical: false), name);
        Assert.True(taken == LineTurns.Choose(lines[^1], turned).Score, name);
        Assert.False(LineTurns.MostAreTurned(lines, vertical: true));
    }

    [Theory]
    [InlineData("nothing is turned", new[] { 0.9f, 0, 0.8f, 0, 1f, 1f }, false)]
    [InlineData("one of many is turned", new[] { 0.9f, 0, 0.9f, 0, 0.9f, 0, 0.9f, 0, 0.9f, 0, 0.5f, 0.9f }, false)]
    [InlineData("one of four is turned", new[] { 0.9f, 0, 0.9f, 0, 0.9f, 0, 0.5f, 0.9f }, true)]
    public void OnlyPagesThatMayStandOnTheirHeadAreReadBothWays(string name, float[] scores, bool both) =>
        Assert.True(both == LineTurns.MustReadBothWays(Lines(scores), vertical: false), name);

    private static List<LineReadings> Lines(float[] scores) =>
        [.. scores.Chunk(2).Select(s => new LineReadings(Line(s[0]), s[1] > 0 ? Line(s[1]) : null, false))];

    private static OcrLine Line(float score) => new("98", score, Quad.FromRectangle(0, 0, 40, 20), []);
}
