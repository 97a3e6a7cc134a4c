using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Detection;

public sealed class DetectionsTests
{
    private static readonly Detections _three = new(
        [new(0, 0, 4, 4), new(1, 1, 5, 5), new(-2, 2, 30, 6)], [0.2f, 0.9f, 0.5f], [0, 1, 0], ["cat", "dog"]);

    [Fact]
    public void ObjectsCarryTheirNames() =>
        Assert.Equal(new DetectedObject(1, "dog", 0.9f, new Box(1, 1, 5, 5)), _three[1]);

    [Fact]
    public void RangesCut() => Assert.Equal([0.9f, 0.5f], _three[1..].Scores.ToArray());

    [Fact]
    public void BestFirstSorts() => Assert.Equal([0.9f, 0.5f, 0.2f], _three.BestFirst().Scores.ToArray());

    [Fact]
    public void FiltersKeepOrder()
    {
        Assert.Equal([0.2f, 0.5f], _three.OfClasses("CAT").Scores.ToArray());
        Assert.Equal([0.9f], _three.AboveScore(0.5f).Scores.ToArray());
    }

    [Fact]
    public void ClipCutsToTheImage() => Assert.Equal(new Box(0, 2, 20, 6), _three.Clip(20, 10).Boxes[2]);

    [Fact]
    public void ConcatJoinsWhatSharesLabels()
    {
        Assert.Equal(6, Detections.Concat([_three, Detections.Empty, _three]).Count);
        var other = new Detections([new(0, 0, 1, 1)], [0.5f], [0], ["bird"]);
        Assert.Throws<ArgumentException>(() => Detections.Concat([_three, other]));
    }

    [Fact]
    public void AnUnknownClassNameIsAnError() =>
        Assert.Contains("'cow'", Assert.Throws<ArgumentException>(() => _three.OfClasses("cow")).Message, StringComparison.Ordinal);

    [Fact]
    public void LengthsMustAgree() =>
        Assert.Throws<ArgumentException>(() => new Detections([new(0, 0, 1, 1)], [], [0]));

    [Theory]
    [InlineData(float.NaN, 1f, 0)]
    [InlineData(0.5f, float.NaN, 0)]
    [InlineData(0.5f, 1f, 2)]
    [InlineData(0.5f, 1f, -1)]
    public void NumbersMustMakeSense(float score, float edge, int classId) =>
        Assert.Throws<ArgumentException>(() => new Detections([new(0, 0, edge, 1)], [score], [classId], ["cat", "dog"]));

    [Theory]
    [InlineData(0, 0, 10, 10, 0, 0, 10, 10, 1)]
    [InlineData(0, 0, 10, 10, 10, 0, 20, 10, 0)]
    [InlineData(0, 0, 10, 10, 5, 0, 15, 10, 1 / 3.0)]
    [InlineData(0, 0, 0, 0, 0, 0, 0, 0, 0)]
    [InlineData(0, 0, 10, 10, 8, 8, 2, 2, 0)]
    public void IouOfKnownPairs(float a, float b, float c, float d, float e, float f, float g, float h, double iou) =>
        Assert.Equal(iou, new Box(a, b, c, d).Iou(new Box(e, f, g, h)), 1e-6);
}
