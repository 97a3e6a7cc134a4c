using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Tests.Cli.Ocr;

public sealed class PageReadingJsonTests
{
    private static readonly Quad _quad = new(new(1, 2), new(30, 2), new(30, 12), new(1, 12));

    [Fact]
    public void Pages_have_turns_notes_regions_lines_and_words()
    {
        var line = new OcrLine("a b", 0.5f, _quad, [new OcrWord("a", 0.25f, _quad)]);
        var text = new OcrResult([line], 90, default) { Notes = ["half"] };
        var region = new DetectedObject(1, "table", 0.75f, new Box(0, 0, 40, 20));
        Assert.Equal(
            """{"page_turn":90,"notes":["half"],"regions":[{"class":"table","class_id":1,"score":0.75,"box":[0,0,40,20]}],"""
            + """ "lines":[{"text":"a b","score":0.5,"quad":[[1,2],[30,2],[30,12],[1,12]],"region":0,""".TrimStart()
            + """ "words":[{"text":"a","score":0.25,"quad":[[1,2],[30,2],[30,12],[1,12]]}]}]}""".TrimStart(),
            Write(new PageReading(text, [region], [0])));
        Assert.Equal(
            """{"lines":[{"text":"a b","score":0.5,"quad":[[1,2],[30,2],[30,12],[1,12]]}]}""",
            Write(PageReading.Of(new OcrResult([line with { Words = [] }], 0, default))));
    }

    [Fact]
    public void Regions_are_drawn_under_the_lines()
    {
        var region = new DetectedObject(1, "table", 0.75f, new Box(0, 0, 1000, 500));
        var image = new PixelBuffer(1200, 600);
        var text = new OcrResult([], 0, default);
        var framed = new PageReading(text, [region], []).Draw(image);
        var plain = text.Draw(image);
        Assert.Equal((1200, 600), (framed.Width, framed.Height));
        Assert.False(framed.Row(500).SequenceEqual(plain.Row(500)));
        Assert.True(framed.Row(550).SequenceEqual(plain.Row(550)));
    }

    private static string Write(PageReading page)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            page.WriteJson(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
