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

    [Fact]
    public void NothingStaysNothing() => Assert.Empty(ReadingOrder.Sort([]));
}
