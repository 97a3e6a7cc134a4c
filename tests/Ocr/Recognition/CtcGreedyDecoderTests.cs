using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

public sealed class CtcGreedyDecoderTests
{
    private static readonly CharacterSet _abc = Rows.Characters("a", "b", "c");

    [Theory]
    [InlineData("repeats collapse, a blank parts them", new[] { 1, 1, 0, 1, 2, 2 }, "aab", new[] { 0, 3, 4 })]
    [InlineData("all blank", new[] { 0, 0, 0 }, "", new int[0])]
    [InlineData("compared with the column before, not the last key", new[] { 1, 0, 1 }, "aa", new[] { 0, 2 })]
    [InlineData("the last class is the space", new[] { 1, 4, 2 }, "a b", new[] { 0, 1, 2 })]
    [InlineData("one column", new[] { 3 }, "c", new[] { 0 })]
    [InlineData("starts with blanks", new[] { 0, 0, 2, 0 }, "b", new[] { 2 })]
    public void KeepsKeysAndTheirColumns(string name, int[] best, string text, int[] columns)
    {
        var tokens = CtcGreedyDecoder.Decode(Rows.Peaks(5, best), _abc);
        Assert.True(text == string.Concat(tokens.Select(t => t.Text)), name);
        Assert.Equal(columns, tokens.Select(t => t.Column));
        Assert.All(tokens, t => Assert.Equal(0.9f, t.Confidence));
    }

    [Fact]
    public void TieGoesToTheFirstClass()
    {
        float[] row = [0.1f, 0.1f, 0.35f, 0.35f, 0.1f];
        Assert.Equal("b", Assert.Single(CtcGreedyDecoder.Decode(row, _abc)).Text);
    }

    [Fact]
    public void ScoreIsTheMeanOverKeysNotOverUtf16Units()
    {
        // A flag is one key of two code points, that is four UTF-16 units; 𠮷 is one code point of two.
        var characters = Rows.Characters("🇨🇳", "𠮷");
        float[] rows = [0.1f, 0.8f, 0.05f, 0.05f, 0.2f, 0.1f, 0.6f, 0.1f];
        var line = RecognizedLine.FromTokens(CtcGreedyDecoder.Decode(rows, characters), 2);
        Assert.Equal("🇨🇳𠮷", line.Text);
        Assert.Equal(2, line.Tokens.Count);
        Assert.Equal(0.7f, line.Score, 6);
    }

    [Fact]
    public void NothingReadScoresZero() => Assert.Equal(0, RecognizedLine.FromTokens([], 40).Score);

    [Fact]
    public void LengthMustFitTheClasses() => Assert.Throws<ArgumentException>(() => CtcGreedyDecoder.Decode(new float[7], _abc));

    [Fact]
    public void EqualsThePlainForm()
    {
        const int Seed = 20260;
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var classes = 5 + random.Next(60);
            var characters = Rows.Characters([.. Enumerable.Range(0, classes - 2).Select(i => ((char)('A' + i)).ToString())]);
            var rows = Rows.Random(random, 1 + random.Next(30), classes);
            Assert.True(Plain(rows, characters).SequenceEqual(CtcGreedyDecoder.Decode(rows, characters)), $"seed {Seed}, round {round}");
        }
    }

    private static List<RecognizedToken> Plain(float[] rows, CharacterSet characters)
    {
        var tokens = new List<RecognizedToken>();
        var before = -1;
        for (var t = 0; t < rows.Length / characters.Count; t++)
        {
            var best = 0;
            for (var c = 1; c < characters.Count; c++)
            {
                best = rows[(t * characters.Count) + c] > rows[(t * characters.Count) + best] ? c : best;
            }

            if (best != 0 && best != before)
            {
                tokens.Add(new RecognizedToken(characters[best], t, rows[(t * characters.Count) + best]));
            }

            before = best;
        }

        return tokens;
    }
}
