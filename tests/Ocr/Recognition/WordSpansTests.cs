using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

public sealed class WordSpansTests
{
    [Theory]
    [InlineData("spaces", "to be or", new[] { "to", "be", "or" })]
    [InlineData("several spaces", "a  b", new[] { "a", "b" })]
    [InlineData("spaces around", " ab ", new[] { "ab" })]
    [InlineData("the ideographic space", "中\u3000文", new[] { "中", "文" })]
    [InlineData("scripts", "中文abc字", new[] { "中文", "abc", "字" })]
    [InlineData("punctuation stays", "it's 3.5-4", new[] { "it's", "3.5-4" })]
    [InlineData("nothing", "", new string[0])]
    [InlineData("only spaces", "  ", new string[0])]
    public void Cuts(string name, string text, string[] words) =>
        Assert.True(words.SequenceEqual(WordSpans.Cut(Line(text)).Select(w => w.Text)), name);

    [Fact]
    public void AWideGapCutsWithoutASpace()
    {
        var tokens = "onetwo".Select((c, i) => new RecognizedToken(c.ToString(), (i * 3) + (i >= 3 ? 12 : 0), 1)).ToList();
        Assert.Equal(["one", "two"], WordSpans.Cut(RecognizedLine.FromTokens(tokens, 40)).Select(w => w.Text));
    }

    [Theory]
    [InlineData(0.05f, 1)]
    [InlineData(0.1f, 2)]
    public void ALikelySpaceCuts(float space, int words)
    {
        RecognizedToken[] tokens = [new("a", 1, 1), new("b", 4, 1), new("c", 7, 1, space), new("d", 10, 1)];
        Assert.Equal(words, WordSpans.Cut(RecognizedLine.FromTokens(tokens, 12)).Count);
    }

    [Fact]
    public void ACharacterLiesAQuarterBehindTheBeginningOfItsStep()
    {
        RecognizedToken[] tokens = [new("a", 4, 1), new("b", 8, 1), new(" ", 11, 1), new("c", 14, 1), new("d", 18, 1)];
        var words = WordSpans.Cut(RecognizedLine.FromTokens(tokens, 32));
        Assert.Equal([(2.25f / 32, 10.25f / 32), (12.25f / 32, 20.25f / 32)], words.Select(w => (w.Left, w.Right)));
    }

    [Fact]
    public void ConfidencesBelongToTheirWords()
    {
        RecognizedToken[] tokens = [new("a", 1, 0.2f), new(" ", 3, 0.9f), new("🇨🇳", 5, 0.4f), new("b", 8, 0.6f)];
        var words = WordSpans.Cut(RecognizedLine.FromTokens(tokens, 10));
        Assert.Equal([("a", 0.2f), ("🇨🇳b", 0.5f)], words.Select(w => (w.Text, w.Score)));
    }

    [Fact]
    public void SpansRiseStayInsideAndKeepEveryCharacter()
    {
        const int Seed = 5;
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => "ab 中c"[random.Next(5)]));
            var words = WordSpans.Cut(Line(text, random));
            Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(words.Select(w => w.Text)));
            Assert.All(words, w => Assert.True(w.Left >= 0 && w.Right <= 1 && w.Left < w.Right, $"seed {Seed}, round {round}: {w}"));
            Assert.All(words.Zip(words.Skip(1)), p => Assert.True(p.First.Right <= p.Second.Left + 1e-6f, $"seed {Seed}, round {round}"));
        }
    }

    private static RecognizedLine Line(string text, Random? random = null)
    {
        var column = 1;
        var tokens = new List<RecognizedToken>();
        foreach (var c in text)
        {
            tokens.Add(new RecognizedToken(c.ToString(), column, 0.9f));
            column += random?.Next(1, 9) ?? 3;
        }

        return RecognizedLine.FromTokens(tokens, column);
    }
}
