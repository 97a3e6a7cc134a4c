using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

public sealed class CharacterSetTests
{
    [Fact]
    public void BlankComesFirstAndSpaceLast()
    {
        var set = CharacterSet.Create("m", ["a", "b"], 4);
        Assert.Equal(["", "a", "b", " "], Enumerable.Range(0, set.Count).Select(i => set[i]));
    }

    [Theory]
    [InlineData("the ideographic space is a key", "a\n\u3000\nb", new[] { "a", "\u3000", "b" })]
    [InlineData("a space is a key", "a\n \nb\n", new[] { "a", " ", "b" })]
    [InlineData("CRLF", "a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("no newline at the end", "a\nb", new[] { "a", "b" })]
    [InlineData("other separators are keys", "\u2028\n\u0085", new[] { "\u2028", "\u0085" })]
    public void LinesAreNeverTrimmed(string name, string text, string[] lines) =>
        Assert.True(lines.SequenceEqual(CharacterSet.SplitLines(text)), name);

    [Fact]
    public void ShippedDictionaryKeepsItsIdeographicSpace()
    {
        var lines = ModelCatalog.Default.Find("ppocr-v4-rec").ReadLabels();
        Assert.Equal(6623, lines.Count);
        Assert.Contains("\u3000", lines);
        Assert.DoesNotContain("", lines);
    }

    [Fact]
    public void ADictionaryWithItsOwnSpaceHasTwo()
    {
        var set = CharacterSet.Create("en", ["a", " "], 4);
        Assert.Equal((" ", " "), (set[2], set[3]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void AnotherLengthIsRefused(int keys)
    {
        var error = Assert.Throws<ModelFormatException>(() =>
            CharacterSet.Create("m", [.. Enumerable.Repeat("x", keys)], 6));
        Assert.Contains("4 keys", error.Expected, StringComparison.Ordinal);
        Assert.Contains($"{keys} keys", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void ARecogniserRefusesAnotherModelsDictionary()
    {
        var wrong = File.ReadAllLines(Path.Combine(RepositoryPaths.Models, "ppocr_keys_v1.txt"));
        var error = Assert.Throws<ModelFormatException>(() => TextRecognizer.Load("ppocr-v6-tiny-rec", new TextRecognizerOptions { Dictionary = wrong }));
        Assert.Contains("6904", error.Expected, StringComparison.Ordinal);
        Assert.Contains("6623", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void MetadataAndDictionaryFileAgree()
    {
        var file = ModelCatalog.Default.Find("ppocr-v4-rec");
        using var model = OnnxModel.Load(file.ReadAllBytes(), file.Manifest.Name);
        Assert.Equal(file.ReadLabels(), CharacterSet.SplitLines(model.Metadata["character"]));
    }
}
