using System.Text.Json;
using OpenCvSharp;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Segmentation;

/// <summary><c>eval cityscapes</c> and <c>eval segmentation</c> as processes: figures, shards, reports and wrong inputs.</summary>
public sealed class SegmentationEvalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("segeval").FullName;

    [Fact]
    public void Cityscapes_equals_the_official_scripts_whole_and_in_shards()
    {
        var root = RepositoryPaths.Shared("golden", "cityscapes");
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "expected_pixel_level.json")));
        string[] command = ["eval", "cityscapes", "--gt", root, "--pred", Path.Combine(root, "results"), "--json"];
        var report = At("report");
        var whole = Pplcnet.Run([.. command, "--report", report]).Expect(0);
        var figures = whole.Json()[0];
        foreach (var name in (string[])["averageScoreClasses", "averageScoreInstClasses", "averageScoreCategories", "averageScoreInstCategories"])
        {
            Assert.Equal(expected.RootElement.GetProperty(name).GetDouble(), figures.GetProperty(name).GetDouble(), 1e-12);
        }

        Assert.Equal(
            expected.RootElement.GetProperty("classScores").GetProperty("car").GetDouble(), figures.GetProperty("classScores.car").GetDouble(), 1e-12);
        Assert.All((string[])["index.html", "report.json", "confusion.png", "classes.png", "resultPixelLevelSemanticLabeling.json"],
            f => Assert.True(File.Exists(Path.Combine(report, f)), f));

        Pplcnet.Run([.. command, "--shard", "0/2", "--state", At("0.json")]).Expect(0);
        Pplcnet.Run([.. command, "--shard", "1/2", "--state", At("1.json")]).Expect(0);
        Assert.Equal(whole.Output, Pplcnet.Run("eval", "merge", At("1.json"), At("0.json"), "--json").Expect(0).Output);
    }

    [Fact]
    public void Segmentation_counts_folders_of_label_maps()
    {
        Write("gt/a.png", [0, 0, 1, 255]);
        Write("pred/a.png", [0, 1, 1, 0]);
        var figures = Pplcnet.Run("eval", "segmentation", "--gt", At("gt"), "--pred", At("pred"), "--classes", "3", "--json").Expect(0).Json()[0];
        Assert.Equal((0.5 + 0.5 + 1) / 3, figures.GetProperty("miou").GetDouble(), 1e-15);
        Assert.Equal(2 / 3.0, figures.GetProperty("accuracy").GetDouble(), 1e-15);
        Assert.Equal(0.5, figures.GetProperty("iou.1").GetDouble());
        Assert.Equal(["miou", "accuracy", "kappa", "dice"], figures.EnumerateObject().Take(4).Select(p => p.Name));
    }

    [Fact]
    public void Wrong_inputs_say_what_is_wrong()
    {
        Write("gt/a.png", [0, 1, 1, 0]);
        Write("range/a.png", [0, 1, 7, 0]);
        new LabelMap(3, 1).Write(Made("size/a.png"));
        Write("missing/b.png", [0, 1, 1, 0]);
        using (var rgb = new Mat(2, 2, MatType.CV_8UC3, new Scalar(1, 2, 3)))
        {
            Cv2.ImWrite(Made("rgb/a.png"), rgb);
        }

        foreach (var (folder, message) in new[]
        {
            ("range", "found 7"), ("size", "expected 2x2"), ("missing", "expected a file 'a'"), ("rgb", "found colours"),
        })
        {
            var run = Pplcnet.Run("eval", "segmentation", "--gt", At("gt"), "--pred", At(folder), "--classes", "2").Expect(2);
            Assert.Contains(message, run.Errors, StringComparison.Ordinal);
            Assert.Contains("a.png", run.Errors, StringComparison.Ordinal);
        }

        Pplcnet.Run("eval", "segmentation", "--gt", At("gt"), "--pred", At("gt")).Expect(1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.Combine(_folder, path);

    private string Made(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        return At(path);
    }

    /// <summary>A label map of 2x2.</summary>
    private void Write(string path, byte[] ids) => new LabelMap(ids, 2, 2).Write(Made(path));
}
