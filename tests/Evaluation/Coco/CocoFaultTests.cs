using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

/// <summary>Wrong inputs: each names the file and says what is wrong.</summary>
public sealed class CocoFaultTests : IDisposable
{
    private const string Truth = """
        {"images": [{"id": 1, "width": 20, "height": 10}], "categories": [{"id": 1, "name": "cat"}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 4], "area": 16, "iscrowd": 0,
                          "segmentation": [[1, 1, 1, 5, 5, 5, 5, 1]]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "empty file (0 bytes)")]
    [InlineData("{\"image_id\": 1}", "list of detections")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4,4], "score": 0.5}, {"image_id": 1, "cat""", "truncated")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4,4], "score": 0.5},""", "truncated")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4,4], "score": NaN}]""", "NaN")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4,4], "score": "high"}]""", "score must be a finite number, found the string \"high\"")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4,4], "score": 1e999}]""", "score must be a finite number")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4,4]}]""", "detection 0 (0-based) has no 'score'")]
    [InlineData("""[{"category_id": 1, "bbox": [1,1,4,4], "score": 1}]""", "has no 'image_id'")]
    [InlineData("""[{"image_id": 1, "bbox": [1,1,4,4], "score": 1}]""", "has no 'category_id'")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "score": 1}]""", "has no 'segmentation'")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4,4], "score": 1}, {"image_id": 1, "category_id": 1, "score": 1}]""", "detection 1 (0-based) has no 'bbox'")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "bbox": [1,1,4], "score": 1}]""", "found 3 numbers")]
    [InlineData("""[{"image_id": 1.5, "category_id": 1, "bbox": [1,1,4,4], "score": 1}]""", "image_id must be a whole number, found 1.5")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "segmentation": {"size": [10, 20]}, "score": 1}]""", "no 'counts'")]
    [InlineData("""[{"image_id": 1, "category_id": 1, "segmentation": {"size": [10, 20], "counts": [7, 9]}, "score": 1}]""", "found 16")]
    [InlineData("""[1, 2]""", "must be an object")]
    [InlineData("""[] []""", "expected JSON")]
    public void Broken_results_are_told(string text, string expected)
    {
        var path = _folder.Write("dt.json", text);
        var error = Assert.Throws<DataFormatException>(() => CocoResults.Load(path));
        Assert.Contains("dt.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty file (0 bytes)")]
    [InlineData("[]", "expected an object")]
    [InlineData("""{"images": [], "annotations": []}""", "no 'categories'")]
    [InlineData("""{"categories": [], "annotations": []}""", "no 'images'")]
    [InlineData("""{"images": [{"width": 3}], "categories": [], "annotations": []}""", "image 0 (0-based) has no 'id'")]
    [InlineData("""{"images": [], "categories": [], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "area": 3}]}""", "has no 'bbox'")]
    [InlineData("""{"images": [], "categories": [], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [], "area": 3}]}""", "empty 'bbox'")]
    [InlineData("""{"images": [{"id": 1, "width": 99999999999}], "categories": [], "annotations": []}""", "found 99999999999")]
    [InlineData("""{"images": [], "categories": {}, "annotations": []}""", "'categories' must be a list")]
    public void Broken_truth_is_told(string text, string expected)
    {
        var path = _folder.Write("gt.json", text);
        var error = Assert.Throws<DataFormatException>(() => CocoGroundTruth.Load(path));
        Assert.Contains("gt.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truth_cut_anywhere_is_told()
    {
        for (var length = 1; length < Truth.TrimEnd().Length; length += 3)
        {
            var path = _folder.Write("gt.json", Truth[..length]);
            var error = Assert.Throws<DataFormatException>(() => CocoGroundTruth.Load(path, CocoIou.Mask));
            Assert.Contains("gt.json", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Unknown_image_is_told()
    {
        var truth = CocoGroundTruth.Load(_folder.Write("gt.json", Truth));
        var results = CocoResults.Load(_folder.Write("dt.json", """[{"image_id": 7, "category_id": 1, "bbox": [1,1,4,4], "score": 1}]"""));
        var error = Assert.Throws<DataFormatException>(() => CocoEvaluator.Evaluate(truth, results));
        Assert.Contains("image 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("dt.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"size": [20, 10], "counts": [200]}""")] // height and width swapped
    [InlineData("""{"size": [5, 5], "counts": "i0"}""")]
    public void Mask_of_the_wrong_size_is_told(string mask)
    {
        var truth = CocoGroundTruth.Load(_folder.Write("gt.json", Truth), CocoIou.Mask);
        var text = $$"""[{"image_id": 1, "category_id": 1, "segmentation": {{mask}}, "score": 1}]""";
        var results = CocoResults.Load(_folder.Write("dt.json", text), CocoIou.Mask);
        var error = Assert.Throws<DataFormatException>(
            () => CocoEvaluator.Evaluate(truth, results, new CocoEvaluationOptions { Iou = CocoIou.Mask }));
        Assert.Contains("expected a mask of the image's size 20x10", error.Message, StringComparison.Ordinal);
        Assert.Contains("detection 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truth_loaded_for_boxes_does_not_evaluate_masks()
    {
        var truth = CocoGroundTruth.Load(_folder.Write("gt.json", Truth));
        var error = Assert.Throws<DataFormatException>(
            () => CocoEvaluator.Evaluate(truth, new CocoResults(), new CocoEvaluationOptions { Iou = CocoIou.Mask }));
        Assert.Contains("annotation 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Score_that_is_no_number_is_refused(double score) =>
        Assert.Throws<ArgumentException>(() => new CocoResults().Add(1, 1, new CocoBox(1, 1, 4, 4), score));

    [Fact]
    public void Empty_list_is_legal()
    {
        var truth = CocoGroundTruth.Load(_folder.Write("gt.json", Truth));
        var results = CocoResults.Load(_folder.Write("dt.json", "[]"));
        Assert.Equal(0, CocoEvaluator.Evaluate(truth, results).Summary.AP);
    }

    [Fact]
    public void File_larger_than_the_reading_window_is_read_whole()
    {
        var item = """{"image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 4], "note": "NOTE", "score": 0.25}""";
        var note = new string('x', 300_000); // one token longer than the window
        var items = Enumerable.Range(0, 4000).Select(i => i == 2000 ? item.Replace("NOTE", note, StringComparison.Ordinal) : item);
        var results = CocoResults.Load(_folder.Write("dt.json", "\uFEFF[" + string.Join(",\n", items) + "]\n"));
        Assert.Equal(4000, results.Count);
        Assert.All(results.Rows.ToArray(), r => Assert.Equal(0.25, r.Score));
    }
}
