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
