using System.Text.Json;
using OpenCvSharp;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Segmentation;

/// <summary>
/// <c>eval cityscapes</c> and <c>eval segmentation</c> as processes: figures, shards, reports and wrong inputs.
/// </summary>
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
    public void Masks_of_0_and_255_are_noticed_and_can_be_mapped()
    {
        Write("gt/a.png", [0, 0, 255, 255]);
        Write("pred/a.png", [0, 0, 0, 255]);
        string[] command = ["eval", "segmentation", "--gt", At("gt"), "--pred", At("pred"), "--classes", "2", "--json"];
        var run = Pplcnet.Run(command).Expect(0);
        Assert.Contains("class 1 never occurs in the truth; 50% of the truth has the ignored id 255", run.Errors,
            StringComparison.Ordinal);
        Assert.Contains("--map 255=1", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, run.Json()[0].GetProperty("ignored").GetInt64());

        var mapped = Pplcnet.Run([.. command, "--map", "255=1"]).Expect(0);
        Assert.Equal("", mapped.Errors);
        Assert.Equal((0.5 + (2 / 3.0)) / 2, mapped.Json()[0].GetProperty("miou").GetDouble(), 1e-15);
        Pplcnet.Run([.. command, "--map", "256=1"]).Expect(1);
    }

    [Fact]
    public void Absent_classes_count_as_the_flag_says_and_both_means_are_printed()
    {
        Write("gt/a.png", [0, 0, 1, 255]);
        Write("pred/a.png", [0, 1, 1, 0]);
        string[] command = ["eval", "segmentation", "--gt", At("gt"), "--pred", At("pred"), "--classes", "4", "--json"];
        foreach (var (flags, miou) in new[] { ((string[])[], 0.75), (["--absent", "zero"], 0.25), (["--absent", "skip"], 0.5) })
        {
            var run = Pplcnet.Run([.. command, .. flags]).Expect(0);
            Assert.Equal(miou, run.Json()[0].GetProperty("miou").GetDouble(), 1e-15);
            Assert.Equal(0.5, run.Json()[0].GetProperty("miou_present").GetDouble(), 1e-15);
            Assert.Equal(miou != 0.5, run.Errors.Contains("over the classes that occur it is 0.5000", StringComparison.Ordinal));
        }

        Pplcnet.Run([.. command, "--absent", "two"]).Expect(1);
        Pplcnet.Run([.. command, "--absent", "skip", "--state", At("s.json")]).Expect(0);
        Assert.Equal(0.5, Pplcnet.Run("eval", "merge", At("s.json"),
            "--json").Expect(0).Json()[0].GetProperty("miou").GetDouble());
    }

    [Fact]
    public void A_class_can_be_ignored_also_in_shards()
    {
        Write("gt/a.png", [0, 0, 1, 2]);
        Write("pred/a.png", [1, 0, 1, 0]);
        Write("gt/b.png", [2, 2, 1, 1]);
        Write("pred/b.png", [2, 2, 1, 1]);
        string[] command = ["eval", "segmentation", "--gt", At("gt"), "--pred", At("pred"), "--classes", "3", "--ignore", "0",
            "--json"];
        var whole = Pplcnet.Run(command).Expect(0);
        var figures = whole.Json()[0];
        Assert.Equal(JsonValueKind.Null, figures.GetProperty("iou.0").ValueKind);
        Assert.Equal((1 + (2 / 3.0)) / 2, figures.GetProperty("miou").GetDouble(), 1e-15);
        Assert.Equal((6, 2), (figures.GetProperty("pixels").GetInt64(), figures.GetProperty("ignored").GetInt64()));
        Pplcnet.Run([.. command, "--shard", "0/2", "--state", At("0.json")]).Expect(0);
        Pplcnet.Run([.. command, "--shard", "1/2", "--state", At("1.json")]).Expect(0);
        Assert.Equal(whole.Output, Pplcnet.Run("eval", "merge", At("0.json"), At("1.json"), "--json").Expect(0).Output);
        File.WriteAllText(At("1.json"), File.ReadAllText(At("1.json"))
            .Replace("\"ignored_class\":0", "\"ignored_class\":1", StringComparison.Ordinal));
        Assert.Contains("ignored class 1", Pplcnet.Run("eval", "merge", At("0.json"), At("1.json")).Expect(2).Errors,
            StringComparison.Ordinal);
        File.WriteAllText(At("1.json"), File.ReadAllText(At("1.json"))
            .Replace("\"classes\":3", "\"classes\":\"3\"", StringComparison.Ordinal));
        Assert.Contains("expected a state of eval segmentation", Pplcnet.Run("eval", "merge", At("1.json")).Expect(2).Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Cityscapes_notices_train_ids_and_missing_instances()
    {
        foreach (var name in (string[])["a_000000_000001", "a_000000_000002"])
        {
            Write($"gt/{name}_gtFine_labelIds.png", [7, 8, 11, 26]);
            Write($"pred/{name}.png", [0, 1, 2, 13]);
        }

        Write("gt/a_000000_000001_gtFine_instanceIds.png", [7, 8, 11, 26]);
        string[] command = ["eval", "cityscapes", "--gt", At("gt"), "--pred", At("pred"), "--json"];
        var run = Pplcnet.Run(command).Expect(0);
        Assert.Contains("look like train ids", run.Errors, StringComparison.Ordinal);
        Assert.Contains("1.0000 when they are read as such", run.Errors, StringComparison.Ordinal);
        Assert.Contains("no iIoU: '" + At("gt/a_000000_000002_gtFine_labelIds.png"), run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, run.Json()[0].GetProperty("averageScoreClasses").GetDouble());

        var converted = Pplcnet.Run([.. command, "--train-ids"]).Expect(0);
        Assert.Equal(1, converted.Json()[0].GetProperty("averageScoreClasses").GetDouble());
        Assert.DoesNotContain("train ids", converted.Errors, StringComparison.Ordinal);
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
            ("range", "found 7"), ("size", "expected 2x2"), ("missing", "expected a file 'a'"), ("rgb", "found colors"),
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
