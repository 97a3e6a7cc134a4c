using PPLCNet.Vision.Evaluation.Ocr;

namespace PPLCNet.Vision.Tests.Evaluation.Ocr;

public sealed class RecognitionScoreTests
{
    public static TheoryData<string, string, string, bool, bool, double> Pairs => new()
    {
        // read, truth, exact, letters and digits, distance
        { "equal", "word", "word", true, true, 0 },
        { "spaces do not count", "a word", "aword", true, true, 0 },
        { "other white space counts", "a\tb", "ab", false, true, 1.0 / 3 },
        { "case", "Word", "word", false, true, 0.25 },
        { "punctuation", "it's", "its", false, true, 0.25 },
        { "one of three", "abd", "abc", false, false, 1.0 / 3 },
        { "nothing read", "", "abc", false, false, 1 },
        { "nothing there", "abc", "", false, false, 1 },
        { "both empty", "", "", true, true, 0 },
        { "only a space", " ", "", true, true, 0 },
        { "counted in code points", "𠮷x", "𠮷", false, false, 0.5 },
        { "Chinese letters leave the filter empty", "中", "文", false, true, 1 },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void OnePair(string name, string read, string truth, bool exact, bool alnum, double distance)
    {
        var score = new RecognitionScore();
        Assert.True(exact == score.Add(read, truth), name);
        Assert.Equal((exact ? 1 : 0, alnum ? 1 : 0), (score.Accuracy, score.AlnumAccuracy));
        Assert.Equal(1 - distance, score.NormalizedEditSimilarity, 12);
    }

    [Fact]
    public void PpocrAddsItsEpsilon()
    {
        var score = new RecognitionScore();
        score.Add("a", "a");
        Assert.Equal(1 / 1.00001, score.PpocrAccuracy, 12);
        Assert.Equal(0.99999, score.PpocrAccuracy, 7);
        Assert.Equal(1, score.PpocrNormalizedEditDistance);
        score.Add("b", "a");
        Assert.Equal(1 - (1 / 2.00001), score.PpocrNormalizedEditDistance, 12);
    }

    [Fact]
    public void CharacterErrorRateWeighsByLength()
    {
        var score = new RecognitionScore();
        score.Add("x", "a");
        score.Add("abcdefghi", "abcdefghi");
        Assert.Equal(0.1, score.CharacterErrorRate, 12);
    }

    [Fact]
    public void ShardsMergeToTheSameBits()
    {
        const int Seed = 17;
        var random = new Random(Seed);
        var pairs = Enumerable.Range(0, 500).Select(_ => (Word(random), Word(random))).ToList();
        var whole = new RecognitionScore();
        RecognitionScore[] shards = [new(), new(), new()];
        for (var i = 0; i < pairs.Count; i++)
        {
            whole.Add(pairs[i].Item1, pairs[i].Item2);
            shards[i % 3].Add(pairs[i].Item1, pairs[i].Item2);
        }

        var merged = new RecognitionScore();
        foreach (var shard in shards.Reverse())
        {
            merged.Merge(RecognitionScore.ReadState(States.RoundTrip(shard.WriteState)));
        }

        Assert.Equal(
            (whole.Accuracy, whole.AlnumAccuracy, whole.NormalizedEditSimilarity, whole.CharacterErrorRate, whole.PpocrNormalizedEditDistance),
            (merged.Accuracy, merged.AlnumAccuracy, merged.NormalizedEditSimilarity, merged.CharacterErrorRate, merged.PpocrNormalizedEditDistance));
    }

    [Fact]
    public void NothingIsZero()
    {
        var score = new RecognitionScore();
        Assert.Equal((0, 0, 0, 0), (score.Accuracy, score.NormalizedEditSimilarity, score.CharacterErrorRate, score.PpocrAccuracy));
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => "abc d"[random.Next(5)]));
}
