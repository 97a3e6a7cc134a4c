using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

/// <summary>The numbers of the COCO API itself, on corner cases and on its own sample of 100 images.</summary>
public sealed class CocoGoldenTests : IDisposable
{
    private const double Tolerance = 1e-12;

    private static readonly double[] FixtureBoxes =
    [
        .5045806987249628, .6969727247299577, .5729816669904824, .5856257209410443, .5193996948036719, .5013978986347466,
        .38681277964578054, .5936795762842003, .595352982877607, .6398109626113442, .5664205978994309, .5642905982905982,
    ];

    private static readonly double[] FixtureMasks =
    [
        .3195452758576433, .5622883972521636, .29892653412086784, .3873740315997838, .31018272403369485, .3269339071005138,
        .2682297225711534, .41544868114906375, .4168394992198818, .4694498622754236, .37675922666197265, .3814715099715099,
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases =>
    [
        "01_perfect", "02_no_gt", "04_absent_category", "05_crowd_only", "07_iou_exactly_half", "08_area_boundary",
        "10_unmatched_outside_range", "11_greedy_by_score", "13_score_ties_across_images", "14_gt_id_zero", "16_rank_2_and_12",
        "17_zero_area", "19_unknown_category", "20_unsorted_ids",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Corner_case_equals_the_COCO_API(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(RepositoryPaths.Shared("golden", "coco", name + ".json")));
        var truth = _folder.Write("gt.json", golden.RootElement.GetProperty("gt").GetRawText());
        var results = _folder.Write("dt.json", golden.RootElement.GetProperty("dt").GetRawText());
        var expected = golden.RootElement.GetProperty("expected");
        foreach (var (iou, key) in new[] { (CocoIou.Box, "bbox"), (CocoIou.Mask, "segm") })
        {
            var got = Evaluate(truth, results, iou);
            AssertSummary(ReadNumbers(expected.GetProperty(key)), got, $"{name} {key}");
            foreach (var category in expected.GetProperty(key + "_per_category").EnumerateObject())
            {
                var numbers = ReadNumbers(category.Value);
                var score = got.Categories.Single(c => $"{c.Category.Id}" == category.Name);
                Assert.Equal(numbers[0], score.AP, Tolerance);
                Assert.Equal(numbers[1], score.AP50, Tolerance);
            }
        }
    }

    [Theory]
    [InlineData(CocoIou.Box, "instances_val2014_fakebbox100_results.json")]
    [InlineData(CocoIou.Mask, "instances_val2014_fakesegm100_results.json")]
    public void Sample_of_100_images_equals_the_COCO_API(CocoIou iou, string results)
    {
        var got = Evaluate(
            RepositoryPaths.Shared("datasets", "cocoapi", "instances_val2014_100.json"),
            RepositoryPaths.Shared("datasets", "cocoapi", results),
            iou);
        AssertSummary(iou == CocoIou.Box ? FixtureBoxes : FixtureMasks, got, results);
    }

    private static CocoEvaluation Evaluate(string truth, string results, CocoIou iou) => CocoEvaluator.Evaluate(
        CocoGroundTruth.Load(truth, iou), CocoResults.Load(results, iou), new CocoEvaluationOptions { Iou = iou });

    private static void AssertSummary(double[] expected, CocoEvaluation got, string name)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - got.Summary.Values[i]) <= Tolerance,
                $"{name} {CocoSummary.Names[i]}: expected {expected[i]:R}, got {got.Summary.Values[i]:R}");
        }
    }

    private static double[] ReadNumbers(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetDouble())];
}
