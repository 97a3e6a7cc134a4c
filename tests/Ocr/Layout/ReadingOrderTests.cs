using System.Numerics;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Tests.Ocr.Layout;

public sealed class ReadingOrderTests
{
    public static TheoryData<string, float[], string> Pages => new()
    {
        // x, y, height of each box in the order a, b, c, ...
        { "one box", [0, 0, 20], "a" },
        { "top to bottom", [0, 100, 20, 0, 0, 20], "ba" },
        { "left to right on one line", [100, 0, 20, 0, 4, 20], "ba" },
        { "three on a line, last first", [200, 0, 20, 100, 3, 20, 0, 6, 20], "cba" },
        { "a skewed line", [0, 8, 20, 100, 4, 20, 200, 0, 20], "abc" },
        { "two lines", [100, 0, 20, 0, 2, 20, 100, 40, 20, 0, 42, 20], "badc" },
        { "exactly 10 apart is another line", [100, 0, 20, 0, 10, 20], "ab" },
        { "large print keeps its lines together", [300, 0, 100, 0, 30, 100], "ba" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public void SortsLines(string name, float[] boxes, string order)
    {
        var list = boxes.Chunk(3).Select((b, i) =>
            new TextBox(Quad.FromRectangle(b[0], b[1], b[0] + (b[2] * 3), b[1] + b[2]), i)).ToList();
        Assert.True(order == string.Concat(ReadingOrder.Sort(list).Select(b => (char)('a' + b.Score))), name);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(-3, false)]
    [InlineData(20, false)]
    [InlineData(180, false)]
    [InlineData(177, false)]
    [InlineData(2, true)]
    public void RowsOfATiltedTableStayTogether(float degrees, bool shuffled)
    {
        var cells = new List<Quad>();
        for (var row = 0; row < 5; row++)
        {
            cells.Add(Box(40, 30 + (row * 40), 20, 22));
            cells.Add(Box(140, 30 + (row * 40), 90, 22));
            cells.Add(Box(520, 31 + (row * 40), 60, 22));
        }

        AssertOrder(Tilt(cells, degrees), shuffled ? 7 : 0);
    }

    [Theory]
    [InlineData("columns end to end", 24, 24, 0)]
    [InlineData("columns whose lines do not meet", 24, 24, 11)]
    [InlineData("columns of different line pitch", 24, 31, 3)]
    public void ColumnsOfProseAreReadOneAfterTheOther(string name, float leftPitch, float rightPitch, float shift)
    {
        // A title across both, two columns with a short last line each, a footer across.
        var lines = new List<Quad> { Box(180, 10, 440, 30) };
        lines.AddRange(Enumerable.Range(0, 10).Select(i => Box(40, 70 + (i * leftPitch), i == 9 ? 120 : 330, 20)));
        lines.AddRange(Enumerable.Range(0, 9).Select(i => Box(410, 70 + shift + (i * rightPitch), i == 8 ? 90 : 335, 20)));
        lines.Add(Box(300, 400, 200, 20));
        AssertOrder(lines, 3, name);
        AssertOrder(Tilt(lines, 2), 4, name);
    }

    [Fact]
    public void ThreeColumnsOfProse()
    {
        var lines = new List<Quad>();
        foreach (var x in (float[])[20, 280, 540])
        {
            lines.AddRange(Enumerable.Range(0, 8).Select(i => Box(x, 20 + (i * 24), 230, 20)));
        }

        AssertOrder(lines, 5);
    }

    [Fact]
    public void ATableWithLongEntriesIsReadRowByRow()
    {
        var cells = new List<Quad>();
        float[] widths = [240, 90, 180, 130, 210, 60];
        for (var row = 0; row < 6; row++)
        {
            cells.Add(Box(20, 20 + (row * 30), widths[row], 20));
            cells.Add(Box(400, 20 + (row * 30), 55, 20));
        }

        AssertOrder(cells, 6);
    }

    [Fact]
    public void VerticalScriptIsReadFromRightToLeft() =>
        AssertOrder([Box(300, 20, 24, 300), Box(260, 20, 24, 280), Box(220, 20, 24, 140), Box(220, 180, 24, 120), Box(180, 20, 24, 60)], 2);

    private static Quad Box(float x, float y, float width, float height) => Quad.FromRectangle(x, y, x + width, y + height);

    private static List<Quad> Tilt(List<Quad> quads, float degrees) =>
        [.. quads.Select(q => q.Map(p => Vector2.Transform(p, Matrix3x2.CreateRotation(degrees * MathF.PI / 180, new Vector2(300, 200)))))];

    private static void AssertOrder(List<Quad> quads, int seed, string name = "")
    {
        var numbered = quads.Select((q, i) => (Quad: q, Index: i)).ToArray();
        if (seed != 0)
        {
            new Random(seed).Shuffle(numbered);
        }

        var found = ReadingOrder.Sort(numbered, n => n.Quad).Select(n => n.Index);
        Assert.True(found.SequenceEqual(Enumerable.Range(0, quads.Count)), $"{name}: {string.Join(' ', found)}");
    }

    [Fact]
    public void NothingStaysNothing() => Assert.Empty(ReadingOrder.Sort([]));
}
