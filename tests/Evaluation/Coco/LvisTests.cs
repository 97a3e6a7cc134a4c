using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Analysis;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Masks;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

/// <summary>The rules of LVIS: cases whose numbers follow on paper, and random data against the rules written plainly.</summary>
public sealed class LvisTests
{
    private const long Rare = 1, Common = 2, Frequent = 3;
    private static readonly CocoBox Here = new(10, 10, 40, 40); // of medium size
    private static readonly CocoBox There = new(100, 10, 40, 40);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Fact]
    public void A_false_positive_counts_where_its_category_is_known_to_be_absent()
    {
        // One true box, one false one of a higher score in another image: precision 1/2 at every level.
        var (truth, results) = TwoImages(second: new FederatedLabels([Common], []));
        results.Add(2, Common, Here, 0.9);
        results.Add(1, Common, Here, 0.8);
        AssertNumbers(Lvis(truth, results), "AP 0.5 AP50 0.5 APm 0.5 APc 0.5 APr -1 APf -1 AR300 1");
    }

    [Fact]
    public void A_false_positive_is_dropped_where_nothing_is_known_of_its_category()
    {
        var (truth, results) = TwoImages(second: new FederatedLabels([Frequent], []));
        results.Add(2, Common, Here, 0.9);
        results.Add(1, Common, Here, 0.8);
        AssertNumbers(Lvis(truth, results), "AP 1 APc 1 AR300 1");
    }

    [Fact]
    public void Where_annotations_are_not_exhaustive_a_detection_may_find_but_not_fail()
    {
        // Image 1 has the category, not exhaustively: the box over nothing is ignored, the one over the truth is found.
        var (truth, results) = TwoImages(first: new FederatedLabels([], [Common]));
        results.Add(1, Common, There, 0.9);
        results.Add(1, Common, Here, 0.8);
        AssertNumbers(Lvis(truth, results), "AP 1 APm 1 AR300 1");
    }

    [Fact]
    public void Where_annotations_are_exhaustive_the_same_detection_fails()
    {
        var (truth, results) = TwoImages();
        results.Add(1, Common, There, 0.9);
        results.Add(1, Common, Here, 0.8);
        AssertNumbers(Lvis(truth, results), "AP 0.5 APm 0.5 AR300 1");
    }

    [Fact]
    public void A_category_that_is_not_exhaustive_but_neither_present_nor_absent_is_dropped()
    {
        var (truth, results) = TwoImages(second: new FederatedLabels([], [Common]));
        results.Add(2, Common, Here, 0.9);
        Assert.Equal(0, Lvis(truth, results).Categories[1].Detections);
    }

    [Theory]
    [InlineData(299, 1.0)]
    [InlineData(300, 0.0)]
    public void Three_hundred_detections_of_an_image_over_all_categories_take_part(int better, double recall)
    {
        // The better ones are of a category of which nothing is known: they use up the places all the same.
        var (truth, results) = TwoImages();
        results.Add(1, Common, Here, 0.1);
        for (var i = 0; i < better; i++)
        {
            results.Add(1, Frequent, There, 0.5);
        }

        AssertNumbers(Lvis(truth, results), $"AP {recall} AR300 {recall}");
    }

    [Theory]
    [InlineData(true, 1.0)]
    [InlineData(false, 0.0)]
    public void Of_equal_scores_the_earlier_take_part(bool first, double recall)
    {
        var (truth, results) = TwoImages();
        for (var i = 0; i <= 300; i++)
        {
            var right = i == (first ? 0 : 300);
            results.Add(1, right ? Common : Frequent, Here, 0.5);
        }

        Assert.Equal(recall, Lvis(truth, results).AverageRecall());
    }

    [Fact]
    public void Averages_by_frequency_are_those_of_their_categories()
    {
        // Rare: found. Common: missed. Two frequent ones: one found, one found behind a false positive (1/2).
        var none = new FederatedLabels([], []);
        var truth = new CocoGroundTruthBuilder()
            .AddImage(1, 200, 100, "", none).AddImage(2, 200, 100, "", new FederatedLabels([4], []))
            .AddCategory(Rare, "rare", CategoryFrequency.Rare).AddCategory(Common, "common", CategoryFrequency.Common)
            .AddCategory(Frequent, "frequent", CategoryFrequency.Frequent).AddCategory(4, "often", CategoryFrequency.Frequent)
            .AddAnnotation(1, 1, Rare, Here).AddAnnotation(2, 1, Common, Here).AddAnnotation(3, 1, Frequent, Here).AddAnnotation(4, 1, 4, Here)
            .Build();
        var results = new CocoResults();
        results.Add(1, Rare, Here, 0.9);
        results.Add(1, Frequent, Here, 0.9);
        results.Add(2, 4, Here, 0.9);
        results.Add(1, 4, Here, 0.8);
        AssertNumbers(Lvis(truth, results), "APr 1 APc 0 APf 0.75 AP 0.625 AR300 0.75");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_data_agrees_with_the_rules_written_plainly(int seed)
    {
        var (truth, results) = CocoDataBuilder.Random(seed, categories: 6, detections: 300, federated: true);
        var options = CocoEvaluationOptions.Lvis with { MaxDetectionsPerImage = 20, MaxDetections = [20] };
        var expected = PlainLvisEvaluator.Evaluate(truth, results, limit: 20);
        var got = LvisSummary.Of(CocoEvaluator.Evaluate(truth, results, options)).Values;
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - got[i]) < 1e-12, $"seed {seed}, {LvisSummary.Names[i]}: expected {expected[i]}, got {got[i]}");
        }
    }

    [Fact]
    public void More_than_a_hundred_detections_of_one_category_take_part()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 9, images: 2, categories: 1, detections: 900, federated: true);
        Assert.Equal(
            PlainLvisEvaluator.Evaluate(truth, results), LvisSummary.Of(Lvis(truth, results)).Values, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Merged_shards_equal_the_whole_bit_for_bit()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 4, images: 20, categories: 6, detections: 900, federated: true);
        var parts = Enumerable.Range(0, 3)
            .Select(s => CocoDataBuilder.Reread(CocoEvaluator.Evaluate(truth, results, CocoEvaluationOptions.Lvis, p => p % 3 == s).Matches)).ToList();
        Assert.Equal(LvisSummary.Of(Lvis(truth, results)), LvisSummary.Of(CocoMatches.Merge(parts).Accumulate()));
    }

    [Fact]
    public void States_of_both_rules_do_not_merge()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 4, federated: true);
        var lvis = CocoEvaluator.Evaluate(truth, results, CocoEvaluationOptions.Lvis, p => p == 0).Matches;
        var coco = CocoEvaluator.Evaluate(truth, results, CocoEvaluationOptions.Lvis with { Federated = false }, p => p == 1).Matches;
        Assert.Throws<DataFormatException>(() => CocoMatches.Merge([lvis, coco]));
    }

    [Fact]
    public void Findings_leave_out_what_does_not_count()
    {
        var (truth, results) = TwoImages(first: new FederatedLabels([Rare], [Common]));
        results.Add(1, Common, Here, 0.9); // found
        results.Add(1, Common, There, 0.8); // not exhaustive
        results.Add(1, Frequent, There, 0.7); // nothing is known
        results.Add(1, Rare, There, 0.6); // wrong
        var findings = CocoImageFindings.Collect(truth, results, federated: true)[0].Findings;
        Assert.Equal(
            [("common", CocoFindingKind.TruePositive), ("rare", CocoFindingKind.FalsePositive)],
            findings.Select(f => (f.Category.Name, f.Kind)).Order());
    }

    [Fact]
    public void File_tells_labels_and_frequencies()
    {
        using var folder = new TemporaryFolder();
        var truth = CocoGroundTruth.Load(folder.Write("lvis.json", """
            {"images": [{"id": 5, "width": 20, "height": 10, "not_exhaustive_category_ids": [], "neg_category_ids": [7, 9]}],
             "categories": [{"id": 7, "name": "a", "frequency": "r"}, {"id": 8, "name": "b", "frequency": "c"},
                            {"id": 9, "name": "c", "frequency": "f"}, {"id": 10, "name": "d", "frequency": {"per": [1]}}],
             "annotations": []}
            """));
        Assert.Equal([7, 9], truth.Images[0].Labels!.Absent);
        Assert.Empty(truth.Images[0].Labels!.NotExhaustive);
        Assert.Equal(
            [CategoryFrequency.Rare, CategoryFrequency.Common, CategoryFrequency.Frequent, CategoryFrequency.Unknown],
            truth.Categories.Select(c => c.Frequency));
        Assert.Contains(Lvis(truth, new CocoResults()).Warnings, w => w.Contains("1 categories without a frequency", StringComparison.Ordinal));
    }

    [Fact]
    public void Detections_without_an_area_do_not_exist()
    {
        var (truth, results) = TwoImages();
        results.Add(1, Common, There with { Width = 0 }, 0.95);
        results.Add(1, Common, RleMask.Empty(100, 200), 0.93);
        results.Add(1, Common, Here, 0.9);
        AssertNumbers(Lvis(truth, results), "AP 1 AP50 1 AR300 1");
    }

    [Theory]
    [InlineData(0.0, 1.0)] // neither is it missed, nor does the image have its category
    [InlineData(1.0, 0.5)]
    public void Truths_without_an_area_do_not_exist(double area, double recall)
    {
        var truth = Federated().AddAnnotation(1, 1, Common, Here).AddAnnotation(2, 1, Rare, There, area).AddAnnotation(3, 1, Common, There, area).Build();
        var results = new CocoResults();
        results.Add(1, Common, Here, 0.9);
        results.Add(1, Rare, Here, 0.8); // left out where the image has no such truth, else false
        var got = Lvis(truth, results);
        Assert.Equal(recall, got.Categories[1].AR, 1e-12);
        Assert.Equal(area == 0 ? 0 : 1, got.Categories[0].Detections);
    }

    [Fact]
    public void Crowds_are_truths_like_others()
    {
        // Half of the detection lies on the crowd: found if measured against the detection, not if against both.
        var truth = Federated().AddAnnotation(1, 1, Common, Here, isCrowd: true).Build();
        var results = new CocoResults();
        results.Add(1, Common, Here, 0.9);
        results.Add(1, Common, Here, 0.8); // a crowd absorbs it, a truth does not
        results.Add(1, Common, There, 0.7);
        var got = Lvis(truth, results);
        AssertNumbers(got, "AP 1 AR300 1");
        Assert.Equal(1, got.Categories[1].Positives);
    }

    [Fact]
    public void The_field_ignore_is_followed()
    {
        using var folder = new TemporaryFolder();
        var truth = CocoGroundTruth.Load(folder.Write("lvis.json", """
            {"images": [{"id": 1, "width": 200, "height": 100, "not_exhaustive_category_ids": [], "neg_category_ids": []}],
             "categories": [{"id": 2, "name": "b", "frequency": "c"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 2, "bbox": [10, 10, 40, 40], "area": 1600, "ignore": 0},
                             {"id": 2, "image_id": 1, "category_id": 2, "bbox": [100, 10, 40, 40], "area": 1600, "ignore": 1}]}
            """));
        var results = new CocoResults();
        results.Add(1, Common, There, 0.9);
        results.Add(1, Common, Here, 0.8);
        var got = Lvis(truth, results);
        AssertNumbers(got, "AP 1 AR300 1");
        Assert.Equal(1, got.Categories[0].Positives);
        Assert.Equal(0.5 + (0.5 / 101), CocoEvaluator.Evaluate(truth, Only(There)).Summary.AP, 1e-2); // COCO pays no heed
    }

    [Fact]
    public void Truth_without_labels_is_told()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 1);
        var error = Assert.Throws<DataFormatException>(() => Lvis(truth, results));
        Assert.Contains("neg_category_ids", error.Message, StringComparison.Ordinal);
        Assert.Contains("found image 3 without", error.Message, StringComparison.Ordinal);
    }

    private static CocoResults Only(CocoBox box)
    {
        var results = new CocoResults();
        results.Add(1, Common, box, 0.9);
        return results;
    }

    private static CocoGroundTruthBuilder Federated() => new CocoGroundTruthBuilder()
        .AddImage(1, 200, 100, "", new FederatedLabels([], []))
        .AddCategory(Rare, "rare", CategoryFrequency.Rare).AddCategory(Common, "common", CategoryFrequency.Common);

    private static CocoEvaluation Lvis(CocoGroundTruth truth, CocoResults results) =>
        CocoEvaluator.Evaluate(truth, results, CocoEvaluationOptions.Lvis);

    // Image 1 holds one object of the common category, image 2 nothing.
    private static (CocoGroundTruth Truth, CocoResults Results) TwoImages(FederatedLabels? first = null, FederatedLabels? second = null)
    {
        var none = new FederatedLabels([], []);
        var truth = new CocoGroundTruthBuilder()
            .AddImage(1, 200, 100, "", first ?? none).AddImage(2, 200, 100, "", second ?? none)
            .AddCategory(Rare, "rare", CategoryFrequency.Rare)
            .AddCategory(Common, "common", CategoryFrequency.Common)
            .AddCategory(Frequent, "frequent", CategoryFrequency.Frequent)
            .AddAnnotation(1, 1, Common, Here)
            .Build();
        return (truth, new CocoResults());
    }

    // "AP 1 APr -1 ...": the named numbers must be these.
    private static void AssertNumbers(CocoEvaluation evaluation, string expected)
    {
        var numbers = LvisSummary.Names.Zip(LvisSummary.Of(evaluation).Values).ToDictionary();
        foreach (var pair in expected.Split(' ').Chunk(2))
        {
            Assert.Equal(double.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture), numbers[pair[0]], 1e-12);
        }
    }
}
