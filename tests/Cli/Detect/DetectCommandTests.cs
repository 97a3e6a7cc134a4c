using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Detect;

public sealed class DetectCommandTests : IDisposable
{
    private const string Layout = Detector.LayoutModel;
    private static readonly string _page = Path.Combine(RepositoryPaths.Samples, "page.png");
    private readonly string _folder = Directory.CreateTempSubdirectory("pplcnet-detect").FullName;

    [Fact]
    public void JsonHasTheFieldsOfTheContract()
    {
        var run = Pplcnet.Run("detect", _page, "--model", Layout, "--json", "--clip", "--draw", Out("drawn.png"));
        Assert.Equal(0, run.ExitCode);
        var answer = Assert.Single(run.Json());
        Assert.Equal(_page, answer.GetProperty("file").GetString());
        var (width, height) = (answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32());
        var scores = new List<double>();
        foreach (var o in answer.GetProperty("detections").EnumerateArray())
        {
            Assert.Equal(JsonValueKind.String, o.GetProperty("class").ValueKind);
            Assert.InRange(o.GetProperty("class_id").GetInt32(), 0, 9);
            scores.Add(o.GetProperty("score").GetDouble());
            var box = o.GetProperty("box").EnumerateArray().Select(v => v.GetDouble()).ToList();
            Assert.True(box is [>= 0, >= 0, _, _] && box[0] < box[2] && box[1] < box[3] && box[2] <= width && box[3] <= height, string.Join(", ", box));
        }

        Assert.NotEmpty(scores);
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.True(answer.GetProperty("ms").GetProperty("total").GetDouble() > 0);
        var drawn = ImageFile.Read(Out("drawn.png"));
        Assert.Equal((width, height), (drawn.Width, drawn.Height));
    }

    [Fact]
    public void PageStandsForTheLayoutModelAndExcludesAnother()
    {
        var (page, layout) = (Pplcnet.Run("detect", _page, "--page", "--json"), Pplcnet.Run("detect", _page, "--model", Layout, "--json"));
        Assert.Equal(0, page.ExitCode);
        Assert.Equal(
            Assert.Single(layout.Json()).GetProperty("detections").GetRawText(), Assert.Single(page.Json()).GetProperty("detections").GetRawText());

        var both = Pplcnet.Run("detect", _page, "--page", "--model", Detector.DefaultModel);
        Assert.Equal(1, both.ExitCode);
        Assert.Contains($"--page stands for --model {Layout}", both.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAModelEverydayObjectsAreFound()
    {
        var run = Pplcnet.Run("detect", Path.Combine(RepositoryPaths.Samples, "motorcycle.jpg"), "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("motorcycle", Assert.Single(run.Json()).GetProperty("detections")[0].GetProperty("class").GetString());
    }

    [Fact]
    public void CocoResultsTakeIdsFromDigitsOrFromTheTruth()
    {
        File.Copy(_page, Out("page_000042.png"));
        string[] detect = ["detect", Out("page_000042.png"), "--model", Layout];
        Assert.Equal(0, Pplcnet.Run([.. detect, "--coco", Out("digits.json")]).ExitCode);
        Assert.All(Entries("digits.json"), e => Assert.Equal(42, e.GetProperty("image_id").GetInt32()));
        Assert.All(Entries("digits.json"), e => Assert.InRange(e.GetProperty("category_id").GetInt32(), 1, 10));

        File.WriteAllText(Out("gt.json"), """{"images": [{"id": 7, "file_name": "page_000042.png"}]}""");
        Assert.Equal(0, Pplcnet.Run([.. detect, "--coco", Out("named.json"), "--gt", Out("gt.json")]).ExitCode);
        Assert.All(Entries("named.json"), e => Assert.Equal(7, e.GetProperty("image_id").GetInt32()));
    }

    [Fact]
    public void LabelFilesAndSoftSuppressionAreAFlagAway()
    {
        var run = Pplcnet.Run(
            "detect", _page, "--model", Layout, "--json", "--voc", Out("voc"), "--yolo", Out("yolo"),
            "--nms", "soft-linear", "--best-class", "--max", "3");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(3, run.Json()[0].GetProperty("detections").GetArrayLength());
        Assert.Equal(3, File.ReadAllLines(Out("yolo/page.txt")).Length);
        Assert.Contains("<filename>page.png</filename>", File.ReadAllText(Out("voc/page.xml")), StringComparison.Ordinal);
    }

    [Fact]
    public void ADetectorIsEvaluatedInShards()
    {
        File.Copy(_page, Out("1.png"));
        File.Copy(_page, Out("2.png"));
        File.WriteAllText(Out("gt.json"), """
            {"images": [{"id": 1, "file_name": "1.png"}, {"id": 2, "file_name": "2.png"}], "categories": [{"id": 1, "name": "text"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 50, 50], "area": 2500},
                             {"id": 2, "image_id": 2, "category_id": 1, "bbox": [0, 0, 50, 50], "area": 2500}]}
            """);
        string[] eval = ["eval", "detector", "--model", Layout, "--images", _folder, "--gt", Out("gt.json"), "--json"];
        for (var shard = 0; shard < 2; shard++)
        {
            var part = Pplcnet.Run([.. eval, "--shard", $"{shard}/2", "--state", Out($"{shard}.state")]);
            Assert.True(part.ExitCode == 0, part.Errors);
        }

        var whole = Pplcnet.Run([.. eval, "--report", Out("report")]);
        var merged = Pplcnet.Run("eval", "merge", Out("0.state"), Out("1.state"), "--json");
        Assert.Equal(Untimed(whole), Untimed(merged));
        Assert.True(File.Exists(Out("report/precision-recall.png")));

        static IEnumerable<string> Untimed(Pplcnet run) =>
            run.Json()[0].EnumerateObject().Where(p => !p.Name.StartsWith("ms_", StringComparison.Ordinal)).Select(p => p.ToString());
    }

    [Fact]
    public void OneBadInputDoesNotStopTheRest()
    {
        File.WriteAllText(Out("1.jpg"), "no image");
        File.Copy(_page, Out("2.png"));
        File.Copy(_page, Out("page.png"));
        var run = Pplcnet.Run("detect", _folder, "--model", Layout, "--json", "--coco", Out("out.json"), "--tile", "640x640");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["decode", null, "data"], run.Json().Select(j => j.TryGetProperty("error", out var e) ? e.GetProperty("kind").GetString() : null));
        Assert.All(Entries("out.json"), e => Assert.Equal(2, e.GetProperty("image_id").GetInt32()));
    }

    [Theory]
    [InlineData(1, "horse", "--classes", "horse", "--model", Layout)]
    [InlineData(1, "between 0 and 1", "--score", "2")]
    [InlineData(1, "WxH", "--tile", "big")]
    [InlineData(1, "soft-linear", "--nms", "mild")]
    [InlineData(1, "at least 1", "--max", "0")]
    [InlineData(1, "--coco", "--gt", "gt.json")]
    [InlineData(3, "task 'detection'", "--model", "pplcnet-x1.0-doc-ori")]
    [InlineData(3, "a model name or file", "--model", "picodet-xxl")]
    public void WrongUsageSaysWhatIsWrong(int exitCode, string says, params string[] flags)
    {
        var run = Pplcnet.Run(["detect", _page, .. flags]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(says, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void AnImportedGraphWorksByItsName()
    {
        var file = RepositoryPaths.Shared("models", "picodet_xs_320_coco_lcnet_postprocessed.onnx");
        var image = RepositoryPaths.Shared("datasets", "coco-mini", "val2017", "000000000139.jpg");
        (string, string)[] home = [("XDG_CACHE_HOME", _folder)];
        var import = Pplcnet.RunWith(home, "models", "import", file, "--name", "my-xs");
        Assert.True(import.ExitCode == 0, import.Errors);
        var mine = Pplcnet.RunWith(home, "detect", image, "--model", "my-xs", "--json");
        var known = Pplcnet.RunWith([("PPLCNET_MODELS", RepositoryPaths.Shared("models"))], "detect", image, "--model", "picodet-xs-320-coco", "--json");
        Assert.Equal(known.Json()[0].GetProperty("detections").GetRawText(), mine.Json()[0].GetProperty("detections").GetRawText());
        Assert.Contains("my-xs", Pplcnet.RunWith(home, "models", "list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ACheckpointImportsAndItsVariantAndSizeAreSeen()
    {
        var names = WeightScope.Random();
        PicoDetNetwork.Build(PicoDetSpec.Variants["s"] with { Height = 64, Width = 64 }, names, PicoDetExport.Decoded);
        PickledArrays.Write(Out("picodet_s_192_coco_lcnet.pdparams"), names.Taken.Select(t => (t.Key, t.Value, SeededTensor.Weight(t.Key, t.Value, 1.5))));
        (string, string)[] home = [("XDG_CACHE_HOME", _folder)];
        var import = Pplcnet.RunWith(home, "models", "import", Out("picodet_s_192_coco_lcnet.pdparams"), "--name", "my-s");
        Assert.True(import.ExitCode == 0, import.Errors);
        Assert.Contains("PicoDet s 192x192", import.Output, StringComparison.Ordinal);
        var run = Pplcnet.RunWith(home, "detect", _page, "--model", "my-s", "--score", "0.2", "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.NotEqual(0, run.Json()[0].GetProperty("detections").GetArrayLength());
        Assert.Equal(3, Pplcnet.RunWith(home, "models", "import", Cut(Out("picodet_s_192_coco_lcnet.pdparams")), "--name", "cut").ExitCode);
    }

    [Fact]
    public void ImportRefusesWhatIsNoDetector()
    {
        (string, string)[] home = [("XDG_CACHE_HOME", _folder)];
        var run = Pplcnet.RunWith(home, "models", "import", Path.Combine(RepositoryPaths.Models, "PP-LCNet_x1_0_doc_ori.onnx"), "--name", "x", "--input-size", "224x224");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("outputs of a detector", run.Errors, StringComparison.Ordinal);
        Assert.Contains("PP-LCNet_x1_0_doc_ori.onnx", run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, Pplcnet.RunWith(home, "models", "import", _page, "--name", "picodet-x1.0-layout").ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private string Cut(string path)
    {
        File.WriteAllBytes(Out("cut.pdparams"), File.ReadAllBytes(path)[..100_000]);
        return Out("cut.pdparams");
    }

    private string Out(string name) => Path.Combine(_folder, name);

    private List<JsonElement> Entries(string name) => [.. JsonDocument.Parse(File.ReadAllText(Out(name))).RootElement.EnumerateArray()];
}
