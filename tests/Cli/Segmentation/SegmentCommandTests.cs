using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Segmentation;

/// <summary><c>pplcnet segment</c> as a process, with the model that ships.</summary>
public sealed class SegmentCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("segment").FullName;

    [Fact]
    public void Answers_and_writes_what_the_contract_says()
    {
        var images = Path.Combine(_folder, "in");
        Directory.CreateDirectory(Path.Combine(images, "sub"));
        File.Copy(Path.Combine(RepositoryPaths.Samples, "rocket.jpg"), Path.Combine(images, "a.jpg"));
        File.WriteAllText(Path.Combine(images, "b.jpg"), "no image");
        File.Copy(Path.Combine(RepositoryPaths.Samples, "coffee.jpg"), Path.Combine(images, "sub", "c.jpg"));
        var (labels, overlay, color) = (Path.Combine(_folder, "l"), Path.Combine(_folder, "o"), Path.Combine(_folder, "c"));

        var answers = Pplcnet.Run("segment", images, "--json", "--labels", labels, "--overlay", overlay, "--color", color, "--rle", "--polygons")
            .Expect(2).Json();

        Assert.Equal(["a.jpg", "b.jpg", "c.jpg"], answers.Select(a => Path.GetFileName(a.GetProperty("file").GetString())!));
        Assert.Equal("decode", answers[1].GetProperty("error").GetProperty("kind").GetString());
        foreach (var (answer, name) in new[] { (answers[0], "a"), (answers[2], "sub/c") })
        {
            var size = (answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32());
            var classes = answer.GetProperty("classes").EnumerateArray().ToList();
            Assert.Equal(1, classes.Sum(c => c.GetProperty("fraction").GetDouble()), 1e-9);
            Assert.All(classes, c => Assert.True(c.GetProperty("rle").GetProperty("counts").GetString()!.Length > 0));
            Assert.All(classes, c => Assert.True(c.GetProperty("polygons").GetArrayLength() > 0));

            var map = LabelMap.Read(Path.Combine(labels, $"{name}.png"));
            Assert.Equal(size, (map.Width, map.Height));
            foreach (var share in classes)
            {
                var pixels = map.Ids.ToArray().Count(id => id == share.GetProperty("class_id").GetInt32());
                Assert.Equal((double)pixels / map.Ids.Length, share.GetProperty("fraction").GetDouble(), 1e-12);
            }

            Assert.Equal(map.Ids, LabelMap.Read(Path.Combine(color, $"{name}.png")).Ids);
            var drawn = ImageFile.Read(Path.Combine(overlay, $"{name}.jpg"));
            Assert.Equal(size, (drawn.Width, drawn.Height));
        }
    }

    [Fact]
    public void Images_that_differ_in_their_extension_have_maps_of_their_own()
    {
        var images = Directory.CreateDirectory(Path.Combine(_folder, "in")).FullName;
        File.Copy(Path.Combine(RepositoryPaths.Samples, "rocket.jpg"), Path.Combine(images, "x.jpg"));
        File.Copy(Path.Combine(RepositoryPaths.Samples, "page.png"), Path.Combine(images, "x.png"));
        var (labels, color) = (Path.Combine(_folder, "l"), Path.Combine(_folder, "c"));
        var answers = Pplcnet.Run("segment", images, "--json", "--labels", labels, "--color", color).Expect(0).Json();
        foreach (var folder in new[] { labels, color })
        {
            foreach (var (answer, name) in new[] { (answers[0], "x.png"), (answers[1], "x-2.png") })
            {
                var map = LabelMap.Read(Path.Combine(folder, name));
                Assert.Equal((answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32()), (map.Width, map.Height));
            }
        }
    }

    [Fact]
    public void Palette_and_opacity_are_the_callers()
    {
        var image = Path.Combine(RepositoryPaths.Samples, "coffee.jpg");
        var (colors, drawn, ids) = (Path.Combine(_folder, "p.txt"), Path.Combine(_folder, "d.png"), Path.Combine(_folder, "i"));
        File.WriteAllLines(colors, Enumerable.Range(0, 11)
            .Select(i => i % 2 == 0 ? $"{200 + i} {i} 100" : $"#{200 + i:x2}{i:x2}64"));
        Pplcnet.Run("segment", image, "--labels", ids, "--draw", drawn, "--palette", colors, "--opacity", "1").Expect(0);
        var (map, overlay) = (LabelMap.Read(Path.Combine(ids, "coffee.png")), ImageFile.Read(drawn));
        // The lower right corner, away from the legend: nothing but the colour of its class.
        var id = map[map.Width - 1, map.Height - 1];
        var bgr = overlay.View.Row(overlay.Height - 1)[^3..];
        Assert.Equal((200 + id, id, 100), (bgr[2], bgr[1], bgr[0]));

        File.WriteAllText(colors, "1 2 3\n1 2\n");
        Assert.Contains("line 2", Pplcnet.Run("segment", image, "--palette", colors).Expect(2).Errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--window", "480")]
    [InlineData("--window", "0x360")]
    [InlineData("--scales", "0.5,x")]
    [InlineData("--data-set-ids", null)]
    [InlineData("--opacity", "1.5")]
    [InlineData("--opacity", "0,5")]
    [InlineData("--palette", "no-such-palette")]
    public void Wrong_flags_are_wrong_usage(string flag, string? value)
    {
        var image = Path.Combine(RepositoryPaths.Samples, "coffee.jpg");
        string[] arguments = value is null ? ["segment", image, flag] : ["segment", image, flag, value];
        Assert.Contains("pplcnet:", Pplcnet.Run(arguments).Expect(1).Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
