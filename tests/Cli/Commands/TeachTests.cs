using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Commands;

/// <summary><c>pplcnet teach</c> as scripts call it.</summary>
public sealed class TeachTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Photos => _folder.File("photos");

    private string Model => _folder.File("shelf.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_becomes_a_model_that_classify_and_analyse_take()
    {
        Fill();
        var answer = Pplcnet.Run("teach", Photos, "--out", Model, "--report", _folder.File("report"), "--json").Expect(0).Json();
        var figures = Assert.Single(answer);
        foreach (var name in (string[])["top1", "top1_low", "top1_high", "train", "val", "classes"])
        {
            Assert.True(figures.TryGetProperty(name, out _), name);
        }

        Assert.Equal((8, 2, 2), (figures.GetProperty("train").GetInt32(), figures.GetProperty("val").GetInt32(), figures.GetProperty("classes").GetInt32()));
        Assert.InRange(figures.GetProperty("top1").GetDouble(), figures.GetProperty("top1_low").GetDouble(), figures.GetProperty("top1_high").GetDouble());
        Assert.Contains("Confusion matrix", File.ReadAllText(_folder.File("report/index.html")));
        Assert.True(File.Exists(_folder.File("report/report.json")));

        var photo = Write("new.png", 220, 99);
        var top = Pplcnet.Run("classify", photo, "--model", Model, "--json").Expect(0).Json()[0];
        Assert.Equal("bright", top.GetProperty("top")[0].GetProperty("class").GetString());
        Assert.True(top.TryGetProperty("novelty", out _));
        var added = Pplcnet.Run("analyse", photo, "--add", Model, "--json").Expect(0).Json()[0].GetProperty("added").GetProperty("shelf");
        Assert.Equal("bright", added.GetProperty("top")[0].GetProperty("class").GetString());
    }

    [Fact]
    public void A_broken_file_is_told_and_the_model_is_written()
    {
        Fill();
        File.WriteAllText(Path.Combine(Photos, "dark", "broken.jpg"), "no image");
        var answer = Pplcnet.Run("teach", Photos, "--out", Model, "--json").Expect(2);
        Assert.Contains("broken.jpg", answer.Errors);
        Assert.Equal(1, Assert.Single(answer.Json()).GetProperty("failed").GetInt32());
        Assert.True(File.Exists(Model));
    }

    [Fact]
    public void One_label_is_told_and_nothing_is_written()
    {
        Fill();
        Directory.Delete(Path.Combine(Photos, "dark"), recursive: true);
        var answer = Pplcnet.Run("teach", Photos, "--out", Model).Expect(2);
        Assert.Contains("expected images of two labels or more", answer.Errors);
        Assert.False(File.Exists(Model));
    }

    [Theory]
    [InlineData("neither a folder nor a gallery", 1, "--out", "m.safetensors")]
    [InlineData("a share that is none", 1, "DIR", "--out", "m.safetensors", "--val", "1")]
    [InlineData("another extension", 1, "DIR", "--out", "m.onnx")]
    [InlineData("a backbone that does not exist", 3, "DIR", "--out", "m.safetensors", "--backbone", "none")]
    [InlineData("a backbone that is none", 3, "DIR", "--out", "m.safetensors", "--backbone", "deeplabv3p-pplcnet-x1.0-camvid")]
    [InlineData("a folder that does not exist", 2, "DIR/none", "--out", "m.safetensors")]
    [InlineData("a gallery that does not exist", 3, "--from-gallery", "none.gallery", "--out", "m.safetensors")]
    public void Wrong_usage_has_its_exit_code(string name, int code, params string[] arguments)
    {
        Fill();
        var answer = Pplcnet.Run(["teach", .. arguments.Select(a => a.StartsWith("DIR", StringComparison.Ordinal) ? Photos + a[3..]
            : a.StartsWith("m.", StringComparison.Ordinal) ? _folder.File(a) : a)]);
        Assert.True(code == answer.ExitCode && answer.Errors.Length > 0, $"{name}: exit code {answer.ExitCode}, {answer.Errors}");
        Assert.False(File.Exists(_folder.File("m.safetensors")));
    }

    [Fact]
    public void A_file_that_is_no_model_is_not_overwritten()
    {
        Fill();
        File.WriteAllText(Model, "a diary of many words");
        Assert.Contains("--out", Pplcnet.Run("teach", Photos, "--out", Model).Expect(1).Errors);
        Assert.Equal("a diary of many words", File.ReadAllText(Model));
    }

    private void Fill()
    {
        for (var i = 0; i < 5; i++)
        {
            Write($"photos/bright/{i}.png", 200 + i, i);
            Write($"photos/dark/{i}.png", 20 + i, 50 + i);
        }
    }

    private string Write(string name, int level, int seed)
    {
        var random = new Random(seed);
        var image = new PixelBuffer(48, 48, PixelFormat.Bgr24);
        for (var y = 0; y < image.Height; y++)
        {
            foreach (ref var value in image.Row(y))
            {
                value = (byte)Math.Clamp(level + random.Next(-20, 21), 0, 255);
            }
        }

        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.Write(path, image);
        return path;
    }
}
