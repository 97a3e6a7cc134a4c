using System.Text;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation.Ocr;

/// <summary>Text files of other tools: bytes that are no UTF-8 are told with file and line.</summary>
public sealed class IcdarFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_of_an_image_is_found_by_its_stem()
    {
        File.WriteAllBytes(_folder.File("gt_a.txt"), [0xEF, 0xBB, 0xBF, .. "0,0,9,0,9,9,0,9,one, two\n"u8]);
        var polygon = Assert.Single(IcdarFile.ReadFor(_folder.File(""), "/images/a.jpg"));
        Assert.Equal("one, two", polygon.Text);
        var error = Assert.Throws<DataFormatException>(() => IcdarFile.ReadFor(_folder.File(""), "/images/b.jpg"));
        Assert.Contains("gt_b.txt", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("polygons", "0,0,9,0,9,9,0,9,a\n0,0,9,0,9,9,0,9,")]
    [InlineData("texts", "a.jpg\tone\nb.jpg\t")]
    [InlineData("answers", "{\"file\":\"a.jpg\",\"lines\":[]}\n{\"file\":\"")]
    public void Bytes_that_are_no_utf8_are_an_error_with_file_and_line(string kind, string before)
    {
        var path = _folder.File("gt_x.txt");
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(before), 0xC4, 0xE3, (byte)'\n']); // GBK
        var error = Assert.Throws<DataFormatException>(() => _ = kind switch
        {
            "polygons" => IcdarFile.Read(path).Count,
            "texts" => OcrPredictions.ReadTexts(path).GetHashCode(),
            _ => OcrPredictions.ReadPolygons(path, words: false)("a").Count,
        });
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }
}
