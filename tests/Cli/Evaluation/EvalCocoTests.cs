using System.Text.Json;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Evaluation;

/// <summary><c>pplcnet eval coco</c> as scripts call it.</summary>
public sealed class EvalCocoTests : IDisposable
{
    private const string Truth = """
        {"images": [{"id": 1, "width": 200, "height": 100}, {"id": 2, "width": 200, "height": 100}],
         "categories": [{"id": 1, "name": "cat"}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 10, 40, 40], "area": 1600, "iscrowd": 0},
                         {"id": 2, "image_id": 2, "category_id": 1, "bbox": [10, 10, 40, 40], "area": 1600, "iscrowd": 0}]}
        """;

    private const string Results = """
        [{"image_id": 1, "category_id": 1, "bbox": [10, 10, 40, 40], "score": 0.9},
         {"image_id": 2, "category_id": 1, "bbox": [10, 10, 40, 20], "score": 0.8}]
        """;

    private static readonly string[] Names = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_holds_the_twelve_names_and_minus_one_where_nothing_counts()
    {
        var (exit, output, _) = Pplcnet.Run(Files(["--json"]));
        Assert.Equal(0, exit);
        var numbers = Numbers(output);
        Assert.Equal(Names, numbers.Keys);
        Assert.Equal(-1, numbers["APs"]);
        Assert.Equal(0.55, numbers["AR100"], 1e-12); // one at all overlaps, the other at 0.5 only
    }

    [Fact]
    public void Merged_states_print_the_same_line_as_the_whole()
    {
        for (var shard = 0; shard < 2; shard++)
        {
            Assert.Equal(0, Pplcnet.Run([.. Files(["--json"]), "--shard", $"{shard}/2", "--state", _folder.File($"{shard}.state")]).ExitCode);
        }

        var merged = Pplcnet.Run(["eval", "merge", _folder.File("1.state"), _folder.File("0.state"), "--json"]);
        Assert.Equal(Pplcnet.Run(Files(["--json"])).Output, merged.Output);
    }

    [Fact]
    public void Report_is_a_page_with_its_images()
    {
        var (exit, _, error) = Pplcnet.Run(Files(["--report", _folder.File("report")]));
        Assert.True(exit == 0, error);
        var page = File.ReadAllText(_folder.File("report/index.html"));
        Assert.Contains("precision-recall.png", page, StringComparison.Ordinal);
        Assert.All(["precision-recall.png", "confusion.png", "images/1.jpg", "images/2.jpg"], name =>
            Assert.True(new FileInfo(_folder.File($"report/{name}")).Length > 0));
    }

    [Fact]
    public void Lvis_has_its_own_numbers_and_merges()
    {
        string[] files =
        [
            "eval", "coco", "--lvis", "--json",
            "--gt", _folder.Write("lvis.json", Truth
                .Replace("\"height\": 100}", "\"height\": 100, \"neg_category_ids\": [], \"not_exhaustive_category_ids\": []}", StringComparison.Ordinal)
                .Replace("\"cat\"", "\"cat\", \"frequency\": \"c\"", StringComparison.Ordinal)),
            "--dt", _folder.Write("dt.json", Results),
        ];
        var (exit, output, errors) = Pplcnet.Run(files);
        Assert.True(exit == 0, errors);
        var numbers = Numbers(output);
        Assert.Equal(["AP", "AP50", "AP75", "APs", "APm", "APl", "APr", "APc", "APf", "AR300", "ARs", "ARm", "ARl"], numbers.Keys);
        Assert.Equal((numbers["AP"], -1.0, 0.55), (numbers["APc"], numbers["APr"], Math.Round(numbers["AR300"], 9)));
        for (var shard = 0; shard < 2; shard++)
        {
            Assert.Equal(0, Pplcnet.Run([.. files, "--shard", $"{shard}/2", "--state", _folder.File($"{shard}.state")]).ExitCode);
        }

        Assert.Equal(output, Pplcnet.Run(["eval", "merge", _folder.File("1.state"), _folder.File("0.state"), "--json"]).Output);
        var plain = Pplcnet.Run([.. Files(["--json"]), "--lvis"]);
        Assert.Equal(2, plain.ExitCode);
        Assert.Contains("neg_category_ids", plain.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2, "0 bytes")]
    [InlineData("""[{"image_id": 9, "category_id": 1, "bbox": [1, 1, 4, 4], "score": 1}]""", 2, "image 9")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 4], "score": NaN}]""", 2, "NaN")]
    public void Faulty_results_end_with_a_message(string results, int exit, string message)
    {
        var got = Pplcnet.Run(Files(results, ["--json"]));
        Assert.Equal(exit, got.ExitCode);
        Assert.Empty(got.Output);
        Assert.Contains(message, got.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_categories_of_one_name_have_keys_of_their_own()
    {
        var truth = Truth.Replace("{\"id\": 1, \"name\": \"cat\"}", "{\"id\": 1, \"name\": \"cat\"}, {\"id\": 2, \"name\": \"cat\"}", StringComparison.Ordinal);
        var run = Pplcnet.Run([.. Files(["--json", "--per-category"])[..2], "--gt", _folder.Write("two.json", truth), "--dt", _folder.File("dt.json"), "--json", "--per-category"]);
        Assert.Equal([.. Names, "AP.cat#1", "AP.cat#2"], run.Expect(0).Json()[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Limits_overlaps_and_areas_are_flags()
    {
        var limits = Numbers(Pplcnet.Run(Files(["--json", "--max-dets", "2,300"])).Expect(0).Output);
        Assert.Equal((-1.0, -1.0, 0.55), (limits["AR1"], limits["AR100"], Math.Round(limits["AR300"], 9)));
        Assert.Equal(limits["AR300"], limits["AR2"]);
        var overlaps = Numbers(Pplcnet.Run(Files(["--json", "--iou-thresholds", "0.5,0.6"])).Expect(0).Output);
        Assert.Equal((1.0, -1.0, 0.75), (Math.Round(overlaps["AP50"], 9), overlaps["AP75"], Math.Round(overlaps["AR100"], 9)));
        Assert.Equal(0.5, overlaps["AP60"], 0.01);
        Assert.Equal(Pplcnet.Run(Files(["--json"])).Output, Pplcnet.Run(Files(["--json", "--iou-thresholds", "0.5:0.05:0.95", "--max-dets", "1,10,100"])).Output);
        var areas = Numbers(Pplcnet.Run(Files(["--json", "--areas", "tiny=0..256,medium=257..1e5"])).Expect(0).Output);
        Assert.Equal((-1.0, -1.0, areas["AP"]), (areas["AP_tiny"], areas["APs"], areas["APm"]));
    }

    [Theory]
    [InlineData("--max-dets", "10,1")]
    [InlineData("--max-dets", "0")]
    [InlineData("--iou-thresholds", "0.5,2")]
    [InlineData("--iou-thresholds", "0.5:0.1")]
    [InlineData("--areas", "small")]
    [InlineData("--areas", "all=0..1")]
    public void Rules_that_are_none_are_wrong_usage(string flag, string value)
    {
        var run = Pplcnet.Run(Files([flag, value])).Expect(1);
        Assert.Contains(flag, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void What_the_report_cannot_draw_does_not_lose_the_numbers()
    {
        var plain = Pplcnet.Run(Files(["--json"])).Output;
        File.WriteAllText(_folder.File("secret"), "first bytes");
        Directory.CreateDirectory(_folder.File("images"));
        var truth = Truth.Replace("\"id\": 1, \"width\"", "\"id\": 1, \"file_name\": \"../secret\", \"width\"", StringComparison.Ordinal)
            .Replace("\"id\": 2, \"width\"", "\"id\": 2, \"file_name\": \"none.jpg\", \"width\"", StringComparison.Ordinal);
        string[] flags = ["--gt", _folder.Write("named.json", truth), "--dt", _folder.File("dt.json"), "--json"];
        var run = Pplcnet.Run(["eval", "coco", .. flags, "--report", _folder.File("report"), "--draw-from", _folder.File("images")]).Expect(2);
        Assert.Equal(plain, run.Output);
        Assert.DoesNotContain("first", run.Errors, StringComparison.Ordinal);
        Assert.Contains("image 1 is left out", run.Errors, StringComparison.Ordinal);
        Assert.Contains("image 2 is left out", File.ReadAllText(_folder.File("report/index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_sheet_need_not_be_as_large_as_the_image()
    {
        var truth = Truth.Replace("\"width\": 200, \"height\": 100", "\"width\": 60000, \"height\": 30000", StringComparison.Ordinal);
        string[] flags = ["--gt", _folder.Write("large.json", truth), "--dt", _folder.Write("dt.json", Results), "--report", _folder.File("report")];
        Pplcnet.Run(["eval", "coco", .. flags]).Expect(0);
        var sheet = PPLCNet.Vision.Imaging.ImageFile.Read(_folder.File("report/images/1.jpg"));
        Assert.Equal((2000, 1000), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void Text_that_is_none_ends_with_a_message()
    {
        var got = Pplcnet.Run(Files("""[{"image_id": "\ud800", "category_id": 1, "bbox": [1, 1, 4, 4], "score": 1}]""", ["--json"])).Expect(2);
        Assert.Contains("dt.json", got.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_overlap_is_wrong_usage() => Assert.Equal(1, Pplcnet.Run([.. Files([]), "--iou", "circle"]).ExitCode);

    private string[] Files(string[] flags) => Files(Results, flags);

    private string[] Files(string results, string[] flags) =>
        ["eval", "coco", "--gt", _folder.Write("gt.json", Truth), "--dt", _folder.Write("dt.json", results), .. flags];

    private static Dictionary<string, double> Numbers(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
    }
}
