using System.Text.Json;
using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation.Segmentation;

/// <summary>The official evaluation against its own results, and its rules on maps of a few pixels.</summary>
public class CityscapesEvaluatorTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Scores_equal_the_official_scripts()
    {
        using var expected = Expected("expected_pixel_level.json");
        var evaluator = Evaluate(_ => true);
        var scores = evaluator.Score();
        var root = expected.RootElement;
        AssertEqual(root.GetProperty("classScores"), scores.ClassScores);
        AssertEqual(root.GetProperty("classInstScores"), scores.ClassInstScores);
        AssertEqual(root.GetProperty("categoryScores"), scores.CategoryScores);
        AssertEqual(root.GetProperty("categoryInstScores"), scores.CategoryInstScores);
        AssertEqual(root.GetProperty("priors"), scores.Priors);
        Assert.Equal(root.GetProperty("averageScoreClasses").GetDouble(), scores.AverageScoreClasses, Tolerance);
        Assert.Equal(root.GetProperty("averageScoreInstClasses").GetDouble(), scores.AverageScoreInstClasses, Tolerance);
        Assert.Equal(root.GetProperty("averageScoreCategories").GetDouble(), scores.AverageScoreCategories, Tolerance);
        Assert.Equal(root.GetProperty("averageScoreInstCategories").GetDouble(), scores.AverageScoreInstCategories, Tolerance);
        var rows = root.GetProperty("confMatrix").EnumerateArray().Select(r => r.EnumerateArray().Select(c => c.GetInt64()).ToArray()).ToArray();
        for (var t = 0; t < 34; t++)
        {
            for (var p = 0; p < 34; p++)
            {
                Assert.Equal(rows[t][p], evaluator.Confusion[t, p]);
            }
        }
    }

    [Fact]
    public void Instance_sums_equal_the_official_scripts()
    {
        using var expected = Expected("expected_pixel_level.json");
        var stats = Evaluate(_ => true).Score().InstanceStats;
        var root = expected.RootElement.GetProperty("instanceStats");
        foreach (var group in (string[])["classes", "categories"])
        {
            foreach (var entry in root.GetProperty(group).EnumerateObject())
            {
                var sums = stats[entry.Name];
                Assert.Equal(entry.Value.GetProperty("tp").GetDouble(), sums.TruePositives);
                Assert.Equal(entry.Value.GetProperty("fn").GetDouble(), sums.FalseNegatives);
                AssertRelative(entry.Value.GetProperty("tpWeighted").GetDouble(), sums.WeightedTruePositives);
                AssertRelative(entry.Value.GetProperty("fnWeighted").GetDouble(), sums.WeightedFalseNegatives);
            }
        }
    }

    [Fact]
    public void Single_pairs_equal_the_official_scripts()
    {
        using var expected = Expected("expected_pixel_level.json");
        foreach (var pair in expected.RootElement.GetProperty("pairs").EnumerateArray())
        {
            var truth = Path.GetFileName(pair.GetProperty("groundTruth").GetString()!);
            var evaluator = Evaluate(p => Path.GetFileName(p.Truth) == truth);
            Assert.Equal(pair.GetProperty("pixels").GetInt64(), evaluator.Confusion.Total);
            Assert.Equal(pair.GetProperty("averageScoreClasses").GetDouble(), evaluator.Score().AverageScoreClasses, Tolerance);
        }
    }

    [Fact]
    public void Train_ids_among_the_predictions_are_noticed()
    {
        var truth = new LabelMap([7, 7, 8, 8, 11, 11, 26, 26], 4, 2);
        var right = new CityscapesEvaluator();
        right.Add(new CityscapesIdMap(truth), new CityscapesIdMap(truth));
        Assert.Equal(1, right.Score().AverageScoreClasses);
        Assert.Null(right.AverageScoreClassesAsTrainIds()); // 26 is no train id
        Assert.False(right.TruthLooksLikeTrainIds);

        var wrong = new CityscapesEvaluator();
        wrong.Add(new CityscapesIdMap(truth), new CityscapesIdMap(truth.Remap(CityscapesLabels.IdToTrainId)));
        Assert.True(wrong.Score().AverageScoreClasses < 0.1);
        Assert.Equal(1, wrong.AverageScoreClassesAsTrainIds());
    }

    [Fact]
    public void Shards_merge_to_the_same_bits()
    {
        var whole = Evaluate(_ => true);
        var parts = new CityscapesEvaluator();
        foreach (var city in (string[])["gamma", "alpha", "beta"])
        {
            parts.Merge(Evaluate(p => p.Truth.Contains(city, StringComparison.Ordinal)));
        }

        Assert.Equal(whole.Pairs, parts.Pairs);
        Assert.Equal(whole.Score().ClassInstScores, parts.Score().ClassInstScores);
        Assert.Equal(whole.Score().CategoryInstScores, parts.Score().CategoryInstScores);
        Assert.Equal(whole.Score().ClassScores, parts.Score().ClassScores);
    }

    [Fact]
    public void PaddleSegs_measures_equal_its_own()
    {
        using var expected = Expected("expected_paddleseg_metrics.json");
        var matrix = new ConfusionMatrix(19, 255);
        foreach (var pair in Pairs())
        {
            matrix.Add(CityscapesIdMap.Read(pair.Truth).ToTrainIds().Pixels.Ids, CityscapesIdMap.Read(pair.Predicted).ToTrainIds().Pixels.Ids);
        }

        var scores = SegmentationScores.Of(matrix);
        var root = expected.RootElement;
        Assert.Equal(root.GetProperty("miou").GetDouble(), scores.MeanIou, Tolerance);
        Assert.Equal(root.GetProperty("acc").GetDouble(), scores.Accuracy, Tolerance);
        Assert.Equal(root.GetProperty("kappa").GetDouble(), scores.Kappa, Tolerance);
        Assert.Equal(root.GetProperty("mdice").GetDouble(), scores.MeanDice, Tolerance);
        AssertEqual(root.GetProperty("class_iou"), scores.ClassIou);
        AssertEqual(root.GetProperty("class_dice"), scores.ClassDice);
        AssertEqual(root.GetProperty("class_precision"), scores.ClassPrecision);
        AssertEqual(root.GetProperty("class_recall"), scores.ClassRecall);
    }

    [Fact]
    public void Void_truth_is_no_false_alarm_but_a_void_answer_is_a_miss()
    {
        // Truth: road road void(static) road; answer: road unlabeled road caravan.
        var scores = Score([7, 7, 4, 7], [7, 0, 7, 29]);
        Assert.Equal(1 / 3.0, scores.ClassScores["road"], Tolerance);
        Assert.True(double.IsNaN(scores.ClassScores["car"]), "a class that occurs nowhere is no number");
        Assert.True(double.IsNaN(scores.ClassScores["static"]), "an ignored class has no score");
        Assert.Equal(scores.ClassScores["road"], scores.AverageScoreClasses);
    }

    [Fact]
    public void Instances_weigh_by_mean_size_over_size()
    {
        // One car of 4 pixels, half found; a group (plain id 26) and id 1000 are no instances.
        var evaluator = new CityscapesEvaluator();
        evaluator.Add(
            Map([26, 26, 26, 26, 26, 26]), Map([26, 26, 27, 29, 26, 7]),
            new InstanceMap([26001, 26001, 26001, 26001, 26, 1000], 6, 1));
        var weight = CityscapesLabels.AverageInstanceSize["car"] / 4;
        var scores = evaluator.Score();
        Assert.Equal(new InstanceSums(2, 2 * weight, 2, 2 * weight), scores.InstanceStats["car"]);
        // By category every vehicle is right, the ignored caravan (29) too.
        Assert.Equal(new InstanceSums(4, 4 * weight, 0, 0), scores.InstanceStats["vehicle"]);
        Assert.Equal(0.5, scores.ClassInstScores["car"], Tolerance);
    }

    [Fact]
    public void Without_instances_there_is_no_iIoU() =>
        Assert.True(double.IsNaN(Score([26, 26], [26, 26]).AverageScoreInstClasses));

    [Fact]
    public void Another_size_is_refused()
    {
        var truth = new CityscapesIdMap(new LabelMap(4, 2), "truth.png");
        var error = Assert.Throws<DataFormatException>(() =>
            new CityscapesEvaluator().Add(truth, new CityscapesIdMap(new LabelMap(2, 4), "pred.png")));
        Assert.Equal("'pred.png': expected 4x2 as in 'truth.png', found 2x4.", error.Message);
        Assert.Throws<DataFormatException>(() => new CityscapesEvaluator().Add(truth, truth, new InstanceMap(new ushort[3], 3, 1)));
    }

    private static CityscapesScores Score(byte[] truth, byte[] predicted)
    {
        var evaluator = new CityscapesEvaluator();
        evaluator.Add(Map(truth), Map(predicted));
        return evaluator.Score();
    }

    private static CityscapesIdMap Map(byte[] ids) => new(new LabelMap(ids, ids.Length, 1));

    private static IReadOnlyList<CityscapesPair> Pairs() => CityscapesFiles.Pair(
        RepositoryPaths.Shared("golden", "cityscapes"), RepositoryPaths.Shared("golden", "cityscapes", "results"));

    private static CityscapesEvaluator Evaluate(Func<CityscapesPair, bool> takes)
    {
        var evaluator = new CityscapesEvaluator();
        foreach (var pair in Pairs().Where(takes))
        {
            evaluator.Add(CityscapesIdMap.Read(pair.Truth), CityscapesIdMap.Read(pair.Predicted), InstanceMap.Read(pair.Instances!));
        }

        return evaluator;
    }

    private static JsonDocument Expected(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(RepositoryPaths.Shared("golden", "cityscapes", name)));

    private static void AssertEqual(JsonElement expected, IReadOnlyDictionary<string, double> got)
    {
        Assert.Equal(expected.EnumerateObject().Select(p => p.Name).Order(), got.Keys.Order());
        foreach (var entry in expected.EnumerateObject())
        {
            Assert.Equal(entry.Value.ValueKind == JsonValueKind.Null ? double.NaN : entry.Value.GetDouble(), got[entry.Name], Tolerance);
        }
    }

    private static void AssertEqual(JsonElement expected, IReadOnlyList<double> got)
    {
        var values = expected.EnumerateArray().Select(v => v.GetDouble()).ToList();
        Assert.Equal(values.Count, got.Count);
        Assert.All(values.Zip(got), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static void AssertRelative(double expected, double got) => Assert.Equal(expected, got, Tolerance * Math.Max(1, expected));
}
