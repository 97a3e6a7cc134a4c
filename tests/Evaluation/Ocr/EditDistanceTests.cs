using PPLCNet.Vision.Evaluation.Ocr;

namespace PPLCNet.Vision.Tests.Evaluation.Ocr;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("中文", "中国文", 1)]
    [InlineData("𠮷", "𠮸", 1)]
    [InlineData("🇨🇳", "", 2)]
    public void KnownPairs(string a, string b, int edits)
    {
        Assert.Equal(edits, EditDistance.Between(a, b));
        Assert.Equal(edits, EditDistance.Between(b, a));
    }

    [Fact]
    public void EqualsTheRecursiveDefinition()
    {
        const int Seed = 23;
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var a = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "abc"[random.Next(3)]));
            var b = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "abc"[random.Next(3)]));
            Assert.True(Recursive(a, b) == EditDistance.Between(a, b), $"seed {Seed}: '{a}' '{b}'");
        }
    }

    private static int Recursive(string a, string b) =>
        a.Length == 0 ? b.Length
        : b.Length == 0 ? a.Length
        : a[0] == b[0] ? Recursive(a[1..], b[1..])
        : 1 + Math.Min(Recursive(a[1..], b[1..]), Math.Min(Recursive(a[1..], b), Recursive(a, b[1..])));
}
