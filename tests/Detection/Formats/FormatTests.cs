using System.Text;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Detection.Formats;

public sealed class FormatTests
{
    private static readonly string[] _labels = ["cat", "traffic light"];

    private static readonly Detections _found = new(
        [new(10.25f, 20.5f, 110.125f, 220.75f), new(-3.5f, 0, 7, 9.5f)], [0.875f, 0.1f], [1, 0], _labels);

    [Fact]
    public void CocoResultsHaveTheOfficialFields()
    {
        using var stream = new MemoryStream();
        CocoResultFormat.Write(stream, [(139, _found), (785, Detections.Empty)], [17, 10]);
        Assert.Equal(
            """[{"image_id":139,"category_id":10,"bbox":[10.25,20.5,99.875,200.25],"score":0.875},{"image_id":139,"category_id":17,"bbox":[-3.5,0,10.5,9.5],"score":0.1}]""",
            Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal(_found, CocoResultFormat.Read(stream.ToArray(), [17, 10], _labels)[139]);
    }

    [Fact]
    public void YoloLinesAreFractions()
    {
        var text = YoloFormat.Write(_found, 200, 400);
        Assert.StartsWith("1 0.3009375 0.3015625 0.499375 0.500625 0.875\n", text, StringComparison.Ordinal);
        AssertSame(_found, YoloFormat.Parse(text, 200, 400, _labels));
        Assert.All(YoloFormat.Parse(YoloFormat.Write(_found, 200, 400, scores: false), 200, 400, _labels).Scores.ToArray(), s => Assert.Equal(1, s));
    }

    [Fact]
    public void PascalVocCountsFromOne()
    {
        var xml = PascalVocFormat.Write(_found, "a.jpg", 200, 400);
        Assert.Contains("<name>traffic light</name>", xml, StringComparison.Ordinal);
        Assert.Contains("<xmin>11.25</xmin>", xml, StringComparison.Ordinal);
        Assert.Contains("<xmax>110.125</xmax>", xml, StringComparison.Ordinal);
        AssertSame(_found, PascalVocFormat.Parse(xml, _labels));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""[{"image_id": 1, "category_id": 17, "bbox": [1, 2, 3], "score": 0.5}]""")]
    [InlineData("""[{"image_id": 1, "category_id": 17, "bbox": [1, 2, 3, 4]}]""")]
    [InlineData("""[{"image_id": 1, "category_id": 99, "bbox": [1, 2, 3, 4], "score": 0.5}]""")]
    [InlineData("""[{"image_id": 1, "category_id": 17, "bbox": [1, 2, 3, 4], "score": "high"}]""")]
    public void BrokenCocoResultsAreAnError(string json) =>
        Assert.Throws<DataFormatException>(() => CocoResultFormat.Read(Encoding.UTF8.GetBytes(json), [17, 10], _labels));

    [Theory]
    [InlineData("0 0.5 0.5 0.1")]
    [InlineData("cat 0.5 0.5 0.1 0.1")]
    [InlineData("0 0.5 0.5 0.1 NaN")]
    [InlineData("2 0.5 0.5 0.1 0.1")]
    [InlineData("0 0.5 0.5 inf 0.1")]
    [InlineData("0 1e38 0.5 0.1 0.1")]
    [InlineData("0 0.5 0.5 0.1 0.1 1e39")]
    public void BrokenYoloLinesNameTheLine(string line) => Assert.Contains(
        "Line 2", Assert.Throws<DataFormatException>(() => YoloFormat.Parse($"0 0.5 0.5 0.1 0.1\n{line}\n", 10, 10, _labels)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("<a/>")]
    [InlineData("<annotation><object><name>cat</name></object></annotation>")]
    [InlineData("<annotation><object><name>cow</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object></annotation>")]
    [InlineData("<annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>x</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object></annotation>")]
    public void BrokenPascalVocIsAnError(string xml) => Assert.Throws<DataFormatException>(() => PascalVocFormat.Parse(xml, _labels));

    private static void AssertSame(Detections expected, Detections got)
    {
        Assert.Equal(expected.Select(o => (o.Class, o.Score)), got.Select(o => (o.Class, o.Score)));
        Assert.All(expected.Zip(got), p => Assert.True(p.First.Box.Iou(p.Second.Box) > 0.999999f, $"{p}"));
    }
}
