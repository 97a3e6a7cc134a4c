using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

public sealed class CtcBeamDecoderTests
{
    private static readonly CharacterSet _abc = Rows.Characters("a", "b", "c");

    [Fact]
    public void EqualsTheSumOverAllAlignments()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        for (var round = 0; round < 60; round++)
        {
            var rows = Rows.Random(random, 1 + random.Next(5), _abc.Count);
            var truth = AllTexts(rows, _abc);
            var found = Decoder(10_000).Search(rows);
            Assert.True(truth.Count == found.Count, $"seed {Seed}, round {round}: {truth.Count} texts, found {found.Count}");
            foreach (var hypothesis in found)
            {
                Assert.Equal(truth[Text(hypothesis.Tokens)], hypothesis.Probability, 9);
            }

            Assert.True(found.Zip(found.Skip(1)).All(p => p.First.Probability >= p.Second.Probability));
        }
    }

    [Fact]
    public void SumsWhereGreedyFollowsOnePath()
    {
        // Greedy sees two blanks (0.36); "a" has 0.64 - 0.16 over three alignments.
        float[] rows = [0.6f, 0.4f, 0, 0, 0, 0.6f, 0.4f, 0, 0, 0];
        Assert.Equal("", Text(CtcGreedyDecoder.Decode(rows, _abc)));
        Assert.Equal("a", Text(Decoder(8).Decode(rows)));
        Assert.Equal(0.64, Decoder(8).Search(rows)[0].Probability, 6);
    }

    [Fact]
    public void WidthOneIsGreedy()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        for (var round = 0; round < 100; round++)
        {
            var rows = Rows.Random(random, 1 + random.Next(20), _abc.Count);
            Assert.True(CtcGreedyDecoder.Decode(rows, _abc).SequenceEqual(Decoder(1).Decode(rows)), $"seed {Seed}, round {round}");
        }
    }

    [Fact]
    public void LexiconEqualsTheBestOfItsTexts()
    {
        const int Seed = 13;
        var random = new Random(Seed);
        string[] texts = ["a", "ab", "abc", "ca", "cc", "bac", "b a"];
        var decoder = Decoder(16, texts);
        for (var round = 0; round < 60; round++)
        {
            var rows = Rows.Random(random, 4 + random.Next(3), _abc.Count);
            var all = AllTexts(rows, _abc);
            var best = texts.MaxBy(t => all.GetValueOrDefault(t));
            Assert.True(best == Text(decoder.Decode(rows)), $"seed {Seed}, round {round}: expected {best}");
        }
    }

    [Fact]
    public void LexiconReachesKeysThatAreHardlySeen()
    {
        var rows = Rows.Peaks(_abc.Count, [1, 0, 2], 0.9999f);
        Assert.Equal("ac", Text(Decoder(4, ["ac", "ca", "cc"]).Decode(rows)));
    }

    [Fact]
    public void LexiconLosesNoTextToBeginningsOfLongerOnes()
    {
        string[] texts = ["b", "aaaa", "aaab", "aaac", "aaba", "aaca", "abaa"];
        Assert.Equal("b", Text(Decoder(1, texts).Decode(Rows.Peaks(_abc.Count, [1], 0.5f))));
    }

    [Fact]
    public void LexiconThatCannotFitReadsNothing() =>
        Assert.Empty(Decoder(8, ["abc"]).Decode(Rows.Peaks(_abc.Count, [1, 2])));

    [Fact]
    public void ColumnsRiseAndAreWhereTheKeyWasSurest()
    {
        float[] rows =
        [
            0.2f, 0.8f, 0, 0, 0,
            0.05f, 0.95f, 0, 0, 0,
            0.9f, 0.1f, 0, 0, 0,
            0.3f, 0, 0.7f, 0, 0,
        ];
        var tokens = Decoder(8).Decode(rows);
        Assert.Equal([("a", 1), ("b", 3)], tokens.Select(t => (t.Text, t.Column)));
        Assert.Equal(0.95f, tokens[0].Confidence);
    }

    [Fact]
    public void LongLinesDoNotUnderflow()
    {
        var best = Enumerable.Range(0, 5000).Select(t => t % 2 == 0 ? 1 + (t / 2 % 3) : 0).ToArray();
        Assert.Equal(2500, Decoder(4).Decode(Rows.Peaks(_abc.Count, best, 0.4f)).Count);
    }

    [Theory]
    [InlineData(0, 0.1f)]
    [InlineData(4, -0.1f)]
    [InlineData(4, 1.1f)]
    public void OptionsAreChecked(int width, float least) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        new CtcBeamDecoder(_abc, new CtcBeamOptions { Width = width, MinProbability = least }));

    private static CtcBeamDecoder Decoder(int width, params string[] texts) => new(_abc, new CtcBeamOptions
    {
        Width = width,
        MinProbability = 0,
        Lexicon = texts.Length > 0 ? Lexicon.Create(texts, _abc) : null,
    });

    private static string Text(IEnumerable<RecognizedToken> tokens) => string.Concat(tokens.Select(t => t.Text));

    /// <summary>Every text with its probability, by trying all alignments.</summary>
    private static Dictionary<string, double> AllTexts(float[] rows, CharacterSet characters)
    {
        var classes = characters.Count;
        var steps = rows.Length / classes;
        var texts = new Dictionary<string, double>();
        for (var alignment = 0; alignment < Math.Pow(classes, steps); alignment++)
        {
            var (text, probability, before, rest) = ("", 1.0, -1, alignment);
            for (var t = 0; t < steps; t++, rest /= classes)
            {
                var key = rest % classes;
                probability *= rows[(t * classes) + key];
                text += key != 0 && key != before ? characters[key] : "";
                before = key;
            }

            texts[text] = texts.GetValueOrDefault(text) + probability;
        }

        var sum = texts.Values.Sum();
        return texts.ToDictionary(t => t.Key, t => t.Value / sum);
    }
}
