using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

/// <summary>
/// Files as labelling tools and models write them: odd, but with a plain meaning. The numbers are the COCO API's.
/// </summary>
public sealed class OddCocoFileTests : IDisposable
{
    private const string Box = """ "bbox": [10, 10, 20, 20] """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[[]]")]
    [InlineData("[[1, 2]]")]
    [InlineData("[[1, 2, 3, 4, 5, 6, 7]]")]
    [InlineData("\"none\"")]
    [InlineData("{\"counts\": 3}")]
    public void Outlines_do_not_matter_to_boxes_wherever_they_stand(string outline)
    {
        var before = $$"""{"image_id": 1, "category_id": 1, "segmentation": {{outline}}, {{Box}}, "score": 0.9}""";
        var after = $$"""{"image_id": 1, "category_id": 1, {{Box}}, "score": 0.8, "segmentation": {{outline}}}""";
        Assert.Equal(1, Evaluate(Truth(), $"[{before}, {after}]").Summary.AP, 1e-12);
        Assert.Equal(1, Evaluate(Truth(), $"[{after}, {before}]").Summary.AP, 1e-12);
    }

    [Theory]
    [InlineData("\"a\"", "\"b\"", "\"cat\"")]
    [InlineData("\"000139\"", "\"7\"", "1")]
    [InlineData("9223372036854775808", "18446744073709551616", "99999999999999999999")]
    [InlineData("1.0", "2e0", "7.0")]
    public void Ids_may_be_text_or_beyond_64_bits(string first, string second, string category)
    {
        var truth = $$"""
            {"images": [{"id": {{second}}, "width": 100, "height": 100}, {"id": {{first}}, "width": 100, "height": 100}],
             "categories": [{"id": {{category}}, "name": "x"}],
             "annotations": [{"id": 1, "image_id": {{first}}, "category_id": {{category}}, {{Box}}, "area": 400}]}
            """;
        var results = $$"""[{"image_id": {{first}}, "category_id": {{category}}, {{Box}}, "score": 0.9}]""";
        Assert.Equal(1, Evaluate(truth, results).Summary.AP, 1e-12);

        // Of equal scores the image of the lower id comes first, here the one without the object: as in the COCO API.
        var tied = $$"""
            [{"image_id": {{second}}, "category_id": {{category}}, {{Box}}, "score": 0.9},
             {"image_id": {{first}}, "category_id": {{category}}, {{Box}}, "score": 0.9}]
            """;
        Assert.Equal(1, Evaluate(truth, tied).Summary.AP, 1e-12);
        Assert.Equal(0.5, Evaluate(truth.Replace($"\"image_id\": {first}", $"\"image_id\": {second}", StringComparison.Ordinal), tied).Summary.AP, 1e-12);
    }

    [Fact]
    public void Text_is_no_number_and_an_unknown_one_is_named()
    {
        var error = Assert.Throws<DataFormatException>(
            () => Evaluate(Truth(), $$"""[{"image_id": "1", "category_id": 1, {{Box}}, "score": 0.9}]"""));
        Assert.Contains("image \"1\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("dt.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_ids_are_told_as_the_file_has_them()
    {
        var truth = CocoGroundTruth.LoadImages(_folder.Write("gt.json", """{"images": [{"id": "b", "file_name": "1.jpg"}, {"id": 5}]}"""));
        Assert.Equal([null, "b"], truth.Images.Select(i => i.IdText));
        Assert.Equal(5, truth.Images[0].Id);
        Assert.Equal(1, truth.ImagePosition(truth.Images[1].Id));
    }

    [Fact]
    public void Shards_of_text_ids_merge()
    {
        var truth = CocoGroundTruth.Load(_folder.Write("gt.json", $$"""
            {"images": [{"id": "a"}, {"id": "b"}], "categories": [{"id": "x", "name": "x"}],
             "annotations": [{"id": 1, "image_id": "a", "category_id": "x", {{Box}}}, {"id": 2, "image_id": "b", "category_id": "x", {{Box}}}]}
            """));
        var results = CocoResults.Load(_folder.Write("dt.json", $$"""[{"image_id": "b", "category_id": "x", {{Box}}, "score": 0.9}]"""));
        var parts = Enumerable.Range(0, 2).Select(s => CocoDataBuilder.Reread(CocoEvaluator.Evaluate(truth, results, null, p => p == s).Matches));
        Assert.Equal(CocoEvaluator.Evaluate(truth, results).Summary, CocoMatches.Merge([.. parts]).Accumulate().Summary);
    }

    [Fact]
    public void An_area_that_is_missing_is_that_of_the_box_with_a_warning()
    {
        var truth = Truth().Replace(", \"area\": 400", "", StringComparison.Ordinal);
        var got = Evaluate(truth, Found);
        Assert.Equal((1.0, -1.0), (Math.Round(got.Summary.APs, 12), got.Summary.APm));
        Assert.Contains(got.Warnings, w => w.Contains("1 annotations without an area", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[[]]")]
    [InlineData("null")]
    public void An_empty_outline_is_a_mask_that_nothing_finds(string outline)
    {
        var truth = $$"""
            {"images": [{"id": 1, "width": 100, "height": 100}], "categories": [{"id": 1, "name": "cat"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "area": 400, "segmentation": [[10, 10, 30, 10, 30, 30, 10, 30]]},
                             {"id": 2, "image_id": 1, "category_id": 1, "bbox": [50, 50, 5, 5], "area": 25, "segmentation": {{outline}}}]}
            """;
        var got = Evaluate(truth, Found, CocoIou.Mask);
        Assert.Equal(0.5, got.Summary.AR100, 1e-12);
        Assert.Contains(got.Warnings, w => w.Contains("1 annotations with an empty segmentation", StringComparison.Ordinal));
    }

    [Fact]
    public void An_outline_of_half_a_point_is_an_error()
    {
        var truth = Truth().Replace("\"area\"", "\"segmentation\": [[1, 2, 3]], \"area\"", StringComparison.Ordinal);
        Assert.Contains("3 numbers", Assert.Throws<DataFormatException>(() => Evaluate(truth, Found, CocoIou.Mask)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("100.5")]
    [InlineData("\"100\"")]
    [InlineData("[100]")]
    public void The_size_of_a_image_does_not_matter_to_boxes(string width)
    {
        var truth = Truth().Replace("\"width\": 100", $"\"width\": {width}", StringComparison.Ordinal);
        Assert.Equal(1, Evaluate(truth, Found).Summary.AP, 1e-12);
    }

    [Fact]
    public void A_truth_without_a_list_of_annotations_has_none()
    {
        var got = Evaluate("""{"images": [{"id": 1}], "categories": [{"id": 1, "name": "cat"}]}""", Found);
        Assert.Equal(-1, got.Summary.AP);
        Assert.Contains(got.Warnings, w => w.Contains("no list of annotations", StringComparison.Ordinal));
    }

    [Fact]
    public void Fields_that_nobody_reads_may_nest_as_they_like()
    {
        var deep = new string('[', 5000) + new string(']', 5000);
        Assert.Equal(1, Evaluate(Truth().Replace("{\"images\"", $"{{\"info\": {deep}, \"images\"", StringComparison.Ordinal), Found).Summary.AP, 1e-12);
    }

    [Theory]
    [InlineData("\"file_name\": \"\\ud800.jpg\"")]
    [InlineData("\"file_name\": \"a\u00ff.jpg\"")]
    [InlineData("\"\\ud800\": 1")]
    public void Text_that_is_none_names_the_file_and_the_place(string field)
    {
        // Latin-1 makes the second one a byte that UTF-8 does not know.
        var text = Truth().Replace("\"width\": 100", $"{field}, \"width\": 100", StringComparison.Ordinal);
        File.WriteAllBytes(_folder.File("gt.json"), System.Text.Encoding.Latin1.GetBytes(text));
        var error = Assert.Throws<DataFormatException>(() => CocoGroundTruth.Load(_folder.File("gt.json")));
        Assert.Contains("gt.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("near byte", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_in_the_place_of_a_number_may_be_broken_too()
    {
        var error = Assert.Throws<DataFormatException>(
            () => Evaluate(Truth(), $$"""[{"image_id": 1, "category_id": 1, {{Box}}, "score": "\ud800"}]"""));
        Assert.Contains("score must be a finite number", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1.0)]
    [InlineData(false, 0.505)] // pycocotools with useCats = 0: the earlier occurrence counts as well
    public void An_occurrence_of_a_repeated_id_counts_by_its_own_category(bool useCategories, double ap)
    {
        var truth = $$"""
            {"images": [{"id": 1}], "categories": [{"id": 1, "name": "cat"}],
             "annotations": [{"id": 5, "image_id": 1, "category_id": 9, "bbox": [50, 50, 9, 9], "area": 81, "iscrowd": 0},
                             {"id": 5, "image_id": 1, "category_id": 1, {{Box}}, "area": 400, "iscrowd": 0}]}
            """;
        var got = Evaluate(truth, Found, CocoIou.Box, useCategories);
        Assert.Equal(ap, got.Summary.AP, 1e-3);
    }

    private const string Found = $$"""[{"image_id": 1, "category_id": 1, {{Box}}, "score": 0.9}]""";

    private static string Truth() => $$"""
        {"images": [{"id": 1, "width": 100, "height": 100}], "categories": [{"id": 1, "name": "cat"}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 1, {{Box}}, "area": 400}]}
        """;

    private CocoEvaluation Evaluate(string truth, string results, CocoIou iou = CocoIou.Box, bool useCategories = true) => CocoEvaluator.Evaluate(
        CocoGroundTruth.Load(_folder.Write("gt.json", truth), iou),
        CocoResults.Load(_folder.Write("dt.json", results), iou),
        new CocoEvaluationOptions { Iou = iou, UseCategories = useCategories });
}
