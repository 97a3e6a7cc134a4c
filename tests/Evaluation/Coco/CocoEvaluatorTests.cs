using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Analysis;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

public sealed class CocoEvaluatorTests
{
    private static readonly CocoCategory Cat = new(1, "cat");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_data_agrees_with_the_rules_written_plainly(int seed)
    {
        var (truth, results) = CocoDataBuilder.Random(seed);
        var expected = PlainCocoEvaluator.Evaluate(truth, results);
        var got = CocoEvaluator.Evaluate(truth, results).Summary.Values;
        for (var i = 0; i < 12; i++)
        {
            Assert.True(Math.Abs(expected[i] - got[i]) < 1e-12, $"seed {seed}, {CocoSummary.Names[i]}: expected {expected[i]}, got {got[i]}");
        }
    }

    [Fact]
    public void More_than_a_hundred_detections_of_one_cell_agree_with_the_plain_rules()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 77, images: 2, categories: 1, detections: 700);
        Assert.Equal(PlainCocoEvaluator.Evaluate(truth, results), CocoEvaluator.Evaluate(truth, results).Summary.Values, Close);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Threads_do_not_change_a_bit(int threads)
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 5, images: 40, categories: 9, detections: 2000);
        var one = CocoEvaluator.Evaluate(truth, results, new CocoEvaluationOptions { Threads = 1 });
        var many = CocoEvaluator.Evaluate(truth, results, new CocoEvaluationOptions { Threads = threads });
        AssertSameBits(one, many);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)] // more shards than images: some are empty
    public void Merged_shards_equal_the_whole_bit_for_bit(int shards)
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 6, images: 30, categories: 5, detections: 1500);
        var parts = Enumerable.Range(0, shards)
            .Select(s => CocoEvaluator.Evaluate(truth, results, null, position => position % shards == s).Matches)
            .Select(CocoDataBuilder.Reread)
            .Reverse()
            .ToList();
        AssertSameBits(CocoEvaluator.Evaluate(truth, results), CocoMatches.Merge(parts).Accumulate());
    }

    [Fact]
    public void Shards_that_share_an_image_do_not_merge()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 6);
        var part = CocoEvaluator.Evaluate(truth, results).Matches;
        Assert.Contains("twice", Assert.Throws<DataFormatException>(() => CocoMatches.Merge([part, part])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_of_different_rules_do_not_merge()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 6);
        var a = CocoEvaluator.Evaluate(truth, results, null, p => p == 0).Matches;
        var b = CocoEvaluator.Evaluate(truth, results, new CocoEvaluationOptions { MaxDetections = [1, 10, 50] }, p => p == 1).Matches;
        Assert.Throws<DataFormatException>(() => CocoMatches.Merge([a, b]));
    }

    [Fact]
    public void No_detection_gives_zero_where_there_is_truth_and_minus_one_elsewhere()
    {
        var truth = OneImage().AddAnnotation(1, 1, 1, new CocoBox(10, 10, 40, 40)).Build();
        Assert.Equal([0, 0, 0, -1, 0, -1, 0, 0, 0, -1, 0, -1], CocoEvaluator.Evaluate(truth, new CocoResults()).Summary.Values);
        Assert.All(CocoEvaluator.Evaluate(OneImage().Build(), new CocoResults()).Summary.Values, v => Assert.Equal(-1, v));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void Annotation_id_zero_counts_only_where_asked(bool matchIdZero, double recall)
    {
        var truth = OneImage().AddAnnotation(0, 1, 1, new CocoBox(10, 10, 40, 40)).Build();
        var results = new CocoResults();
        results.Add(1, 1, new CocoBox(10, 10, 40, 40), 0.9);
        var got = CocoEvaluator.Evaluate(truth, results, new CocoEvaluationOptions { MatchIdZero = matchIdZero });
        Assert.Equal(recall, got.Summary.AR100);
        Assert.Contains(got.Warnings, w => w.Contains("id 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Repeated_annotation_id_means_its_last_record_twice()
    {
        // What the COCO API makes of it: two equal truths, of which one detection finds one.
        var truth = OneImage()
            .AddAnnotation(5, 1, 1, new CocoBox(0, 0, 40, 40))
            .AddAnnotation(5, 1, 1, new CocoBox(100, 100, 40, 40))
            .Build();
        var results = new CocoResults();
        results.Add(1, 1, new CocoBox(0, 0, 40, 40), 0.9);
        results.Add(1, 1, new CocoBox(100, 100, 40, 40), 0.8);
        var got = CocoEvaluator.Evaluate(truth, results);
        Assert.Equal([.2524752475247525, .2524752475247525, .2524752475247525, -1, .2524752475247525, -1, 0, .5, .5, -1, .5, -1],
            got.Summary.Values, Close);
    }

    [Fact]
    public void Unknown_category_is_left_out_and_told()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 3);
        var before = CocoEvaluator.Evaluate(truth, results).Summary;
        results.Add(truth.Images[0].Id, 999, new CocoBox(0, 0, 10, 10), 0.99);
        var after = CocoEvaluator.Evaluate(truth, results);
        Assert.Equal(before, after.Summary);
        Assert.Contains(after.Warnings, w => w.Contains("1 detections of categories", StringComparison.Ordinal));
    }

    [Fact]
    public void Arrays_of_an_image_equal_single_detections()
    {
        var truth = OneImage().AddAnnotation(1, 1, 1, new CocoBox(10, 10, 40, 40)).Build();
        var results = new CocoResults();
        results.AddImage(1, [1, 1], [10, 10, 50, 50, 0, 0, 5, 5], [0.9f, 0.8f]);
        Assert.Equal(1, CocoEvaluator.Evaluate(truth, results).Summary.AR100);
        Assert.Throws<ArgumentException>(() => results.AddImage(1, [1], [10, 10, 50], [0.9f]));
    }

    [Fact]
    public void Findings_and_confusions_tell_who_found_whom()
    {
        var truth = OneImage().AddCategory(2, "dog")
            .AddAnnotation(1, 1, 1, new CocoBox(10, 10, 40, 40))
            .AddAnnotation(2, 1, 2, new CocoBox(100, 10, 40, 40))
            .AddAnnotation(3, 1, 1, new CocoBox(10, 100, 80, 40), isCrowd: true)
            .Build();
        var results = new CocoResults();
        results.Add(1, 1, new CocoBox(10, 10, 40, 40), 0.9); // right
        results.Add(1, 1, new CocoBox(100, 10, 40, 40), 0.8); // a dog taken for a cat
        results.Add(1, 1, new CocoBox(20, 105, 20, 20), 0.7); // on the crowd
        results.Add(1, 1, new CocoBox(150, 150, 10, 10), 0.1); // below the score limit
        var image = Assert.Single(CocoImageFindings.Collect(truth, results));
        Assert.Equal(
            [(CocoFindingKind.TruePositive, "cat", 1.0), (CocoFindingKind.FalsePositive, "cat", 0.0), (CocoFindingKind.Missed, "dog", 0.0)],
            image.Findings.Select(f => (f.Kind, f.Category.Name, f.Overlap)));
        var confusion = CocoConfusion.Compute(truth, results);
        Assert.Equal((1, 1, 0, 0), (confusion[0, 0], confusion[1, 0], confusion[1, confusion.Background], confusion[confusion.Background, 0]));
    }

    [Fact]
    public void Curve_falls_and_ends_at_the_recall_that_is_reached()
    {
        var (truth, results) = CocoDataBuilder.Random(seed: 4);
        var curve = CocoEvaluator.Evaluate(truth, results).Curve(category: 0);
        Assert.Equal(101, curve.Precision.Length);
        Assert.All(curve.Precision.Zip(curve.Precision.Skip(1)), p => Assert.True(p.First >= p.Second));
        Assert.All(curve.Precision.Zip(curve.Score), p => Assert.True(p.First > 0 || p.Second == 0));
    }

    private static CocoGroundTruthBuilder OneImage() =>
        new CocoGroundTruthBuilder().AddImage(1, 200, 200).AddCategory(Cat.Id, Cat.Name);

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static void AssertSameBits(CocoEvaluation expected, CocoEvaluation got)
    {
        Assert.Equal(Bits(expected.Summary.Values), Bits(got.Summary.Values));
        Assert.Equal(expected.Categories, got.Categories);
        for (var k = 0; k < expected.Categories.Count; k++)
        {
            var (a, b) = (expected.Curve(k, 3, 1), got.Curve(k, 3, 1));
            Assert.Equal(Bits(a.Precision), Bits(b.Precision));
            Assert.Equal(Bits(a.Score), Bits(b.Score));
        }
    }

    private static long[] Bits(IEnumerable<double> values) => [.. values.Select(BitConverter.DoubleToInt64Bits)];
}
