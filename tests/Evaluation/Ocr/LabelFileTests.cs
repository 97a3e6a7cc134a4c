using PPLCNet.Vision.Evaluation.Ocr;

namespace PPLCNet.Vision.Tests.Evaluation.Ocr;

public sealed class LabelFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData("a.png\tword", "a.png", "word")]
    [InlineData("a.png\ttwo words ", "a.png", "two words ")]
    [InlineData("a.png two words", "a.png", "two words")]
    [InlineData("a b.png\tword", "a b.png", "word")]
    [InlineData("a.png\t", "a.png", "")]
    [InlineData("\uFEFFa.png\tword", "a.png", "word")]
    public void LabelLines(string line, string path, string text)
    {
        File.WriteAllText(_path, line + "\n");
        Assert.Equal(new LabelledLine(path, text), Assert.Single(LabelFile.Read(_path)));
    }

    [Fact]
    public void ALabelLineWithoutTextIsNamed()
    {
        File.WriteAllText(_path, "a.png\tx\nb.png\n");
        var error = Assert.Throws<DataFormatException>(() => LabelFile.Read(_path));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,0,10,0,10,5,0,5,a,b", "a,b")]
    [InlineData("0,0,10,0,10,5,0,5", "")]
    [InlineData("\uFEFF0,0,10,0,10,5,0,5,###", "###")]
    public void IcdarLines(string line, string text)
    {
        File.WriteAllText(_path, line + "\r\n\r\n");
        var polygon = Assert.Single(IcdarFile.Read(_path));
        Assert.Equal((text, 4, text == "###"), (polygon.Text, polygon.Corners.Count, polygon.IsDontCare));
    }

    [Theory]
    [InlineData("0,0,10,0,10,5,0")]
    [InlineData("0,0,10,0,10,5,0,x,word")]
    public void OtherIcdarLinesAreNamed(string line)
    {
        File.WriteAllText(_path, line);
        Assert.Contains("line 1", Assert.Throws<DataFormatException>(() => IcdarFile.Read(_path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);
}
