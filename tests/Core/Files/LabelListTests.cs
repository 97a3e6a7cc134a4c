using System.Text;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Core.Files;

public sealed class LabelListTests
{
    /// <summary>Entries are written here as path|label|group, with - for none.</summary>
    [Theory]
    [InlineData("a/b c.jpg\tgreen tea", "a/b c.jpg|green tea|-")]
    [InlineData("photos/green tea/a.jpg", "photos/green tea/a.jpg|-|-")]
    [InlineData("photos/salt, pepper/a.jpg", "photos/salt, pepper/a.jpg|-|-")]
    [InlineData("a.jpg tench, Tinca tinca", "a.jpg|tench, Tinca tinca|-")]
    [InlineData("green tea/a b.JPG green tea", "green tea/a b.JPG|green tea|-")]
    [InlineData("a.jpg,\"green, tea\"", "a.jpg|green, tea|-")]
    [InlineData("a.jpg, \"a \"\"b\"\"\" , cam 1", "a.jpg|a \"b\"|cam 1")]
    [InlineData("a/b.jpg, green tea, 7", "a/b.jpg|green tea|7")]
    [InlineData("query/1.png 17 3\nquery/2.png 17 4", "query/1.png|17|3", "query/2.png|17|4")]
    [InlineData("1.png 7 11\n2.png red", "1.png|7 11|-", "2.png|red|-")]
    [InlineData("\"a.jpg, b.jpg\"\ttea", "a.jpg, b.jpg|tea|-")]
    [InlineData("\"a.jpg b.jpg\"", "a.jpg b.jpg|-|-")]
    [InlineData("\"a b\" tea", "a b|tea|-")]
    [InlineData("a.jpg\t\"Brand\" cola", "a.jpg|\"Brand\" cola|-")]
    [InlineData("a.jpg\t\"Brand\"", "a.jpg|Brand|-")]
    [InlineData("a.jpg\t12\" pizza\tcamera", "a.jpg|12\" pizza|camera")]
    [InlineData("\"two\nlines.jpg\"\ttea\r\nb.jpg\tred\r\n", "two\nlines.jpg|tea|-", "b.jpg|red|-")]
    [InlineData("\r\n a.jpg\tx\n\n", " a.jpg|x|-")]
    [InlineData("a.jpg\ttea\nb/c d.jpg\n", "a.jpg|tea|-", "b/c d.jpg|-|-")]
    [InlineData("top/tea/1", "top/tea/1|-|-")]
    [InlineData("apple", "-|apple|-")]
    [InlineData("\"green tea\"", "-|green tea|-")]
    [InlineData("\tgreen/tea", "-|green/tea|-")]
    [InlineData("a.jpg\t", "a.jpg||-")]
    [InlineData("\uFEFFa.jpg\tx", "a.jpg|x|-")]
    public void Lists_are_read(string text, params string[] entries) => Assert.Equal(entries, Read(text, LabelListUse.Rows));

    [Theory]
    [InlineData("a.jpg b.jpg")] // a path, or a path and a label
    [InlineData("a.jpg, b.jpg tea")]
    [InlineData("img_001 cat")] // a label of two words, or a path and a label
    [InlineData("a.jpg\ttea\nb.jpg red")] // parted in two ways
    [InlineData("a.jpg,tea\nb.jpg red")]
    [InlineData("a.jpg,tea\nb.jpg,tench, Tinca tinca")] // a group on one line only
    [InlineData("a.jpg,a,b,c")]
    [InlineData("a.jpg\ta\tb\tc")]
    [InlineData("a\0.jpg\ttea")] // no text
    [InlineData("\0\u0001\u0002/b")]
    [InlineData("a.jpg,\"not closed")]
    [InlineData("a.jpg,\"closed\" too early")]
    [InlineData("a.jpg\t\"opens\nb.jpg\tcloses \"")]
    public void What_can_be_read_in_two_ways_is_an_error(string text)
    {
        var error = Assert.Throws<DataFormatException>(() => Read(text, LabelListUse.Rows));
        Assert.Contains("'list', line ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LabelListUse.LabelledImages, "img_001 cat", "img_001|cat|-")]
    [InlineData(LabelListUse.LabelledImages, "img_001,cat", "img_001|cat|-")]
    [InlineData(LabelListUse.LabelledImages, "a.jpg 5", "a.jpg|5|-")]
    [InlineData(LabelListUse.Images, "photo", "photo|-|-")]
    [InlineData(LabelListUse.Texts, "a.png two words ", "a.png|two words |-")]
    [InlineData(LabelListUse.Texts, "a.png \"quoted\"", "a.png|\"quoted\"|-")]
    [InlineData(LabelListUse.Texts, "a.png\t\"quoted\"\ttab", "a.png|\"quoted\"\ttab|-")]
    [InlineData(LabelListUse.Texts, "\"a b.png\"\t\"x", "a b.png|\"x|-")]
    [InlineData(LabelListUse.Texts, "a b.png c d", "a b.png|c d|-")]
    [InlineData(LabelListUse.Texts, "crop_1 two words", "crop_1|two words|-")]
    [InlineData(LabelListUse.Texts, "a.png b.png", "a.png|b.png|-")]
    [InlineData(LabelListUse.Texts, "a.png\t", "a.png||-")]
    public void The_use_decides_what_a_line_can_mean(Enum use, string text, string entry) =>
        Assert.Equal([entry], Read(text, (LabelListUse)use));

    [Theory]
    [InlineData(LabelListUse.LabelledImages, "a.jpg")]
    [InlineData(LabelListUse.LabelledImages, "img 001 cat")]
    [InlineData(LabelListUse.LabelledImages, "\ttea")]
    [InlineData(LabelListUse.Images, "my photo")]
    [InlineData(LabelListUse.Images, "\"\"")] // an empty field in quotes
    [InlineData(LabelListUse.Texts, "a.png")]
    [InlineData(LabelListUse.Texts, "word_1.png, \"Genaxis\"")]
    [InlineData(LabelListUse.Texts, "a.png x\ty\nb.png z")]
    public void A_use_refuses_what_it_cannot_take(Enum use, string text) =>
        Assert.Throws<DataFormatException>(() => Read(text, (LabelListUse)use));

    [Fact]
    public void Any_path_that_is_written_reads_back_to_the_letter()
    {
        string[] pieces = ["a", "b.jpg", " ", ",", "\"", "\t", "\n", "\r", ".png", "/", "é", "'", "green tea", "x.JPG", "1", "\\"];
        var random = new Random(5);
        var paths = Enumerable.Range(0, 20_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => pieces[random.Next(pieces.Length)])))
            .Where(p => p.Trim().Length > 0).ToArray();
        Assert.All(paths, p => Assert.Equal(p, Assert.Single(LabelList.Parse(LabelList.Line(p) + "\n", LabelListUse.Rows, "list")).Path));

        // A whole list at once, as a command writes it.
        var some = paths.Where(p => !p.Contains('\n', StringComparison.Ordinal)).Take(5000).ToArray();
        Assert.Equal(some, LabelList.Parse(string.Concat(some.Select(p => LabelList.Line(p) + "\n")), LabelListUse.Rows, "list").Select(e => e.Path));
        var pairs = some.Zip(some.Reverse()).ToArray();
        Assert.Equal(pairs, LabelList.Parse(string.Concat(pairs.Select(p => LabelList.Line(p.First, p.Second) + "\n")), LabelListUse.Images, "list").Select(e => (e.Path!, e.Label!)));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_named_by_their_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("gbk.txt");
        File.WriteAllBytes(path, [.. "a.jpg\ttea\nb.jpg\t"u8, 0xC2, 0xCC, 0xB2, 0xE8, (byte)'\n']);
        var error = Assert.Throws<DataFormatException>(() => LabelList.Read(path, LabelListUse.Images));
        Assert.Contains($"'{path}', line 2: expected text in UTF-8", error.Message, StringComparison.Ordinal);
        File.WriteAllText(path, "a.jpg\t绿茶\n", Encoding.Unicode);
        Assert.Equal("绿茶", Assert.Single(LabelList.Read(path, LabelListUse.Images)).Label);
    }

    private static string[] Read(string text, LabelListUse use)
    {
        // As a file would give it: the reader takes the mark away.
        var decoded = Utf8File.Decode(Encoding.UTF8.GetBytes(text), "list");
        return [.. LabelList.Parse(decoded, use, "list").Select(e => $"{e.Path ?? "-"}|{e.Label ?? "-"}|{e.Group ?? "-"}")];
    }
}
