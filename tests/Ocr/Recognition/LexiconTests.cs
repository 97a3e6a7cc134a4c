using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

public sealed class LexiconTests
{
    private static readonly CharacterSet _characters = Rows.Characters("a", "b", "🇨🇳", "𠮷");

    [Fact]
    public void EqualTextsCountOnce() => Assert.Equal(2, Lexicon.Create(["ab", "a", "ab", ""], _characters).Count);

    [Fact]
    public void KeysOfSeveralCodePointsAreOneStep()
    {
        var lexicon = Lexicon.Create(["🇨🇳𠮷"], _characters);
        var flag = lexicon.Next(Lexicon.Root, 3);
        Assert.True(lexicon.IsEnd(lexicon.Next(flag, 4)));
    }

    [Theory]
    [InlineData("ax", "x")]
    [InlineData("a😀", "😀")]
    public void UnknownCharactersAreNamed(string text, string missing)
    {
        var error = Assert.Throws<ArgumentException>(() => Lexicon.Create([text], _characters));
        Assert.Contains($"'{missing}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyListIsRefused() => Assert.Throws<ArgumentException>(() => Lexicon.Create(["", ""], _characters));
}
