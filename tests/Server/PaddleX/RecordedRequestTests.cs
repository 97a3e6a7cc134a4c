using System.Text.Json.Nodes;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Tests.Server.PaddleX;

/// <summary>The requests of PaddleX's documented clients, and what these clients read of the answers.</summary>
public sealed class RecordedRequestTests(SharedServer shared)
{
    [Fact]
    public async Task Ocr()
    {
        var answer = await PostAsync("/ocr", ("file", Requests.Base64("page.png")), ("fileType", 1));
        AssertKeys(answer, "logId", "result", "errorCode", "errorMsg");
        var page = answer["result"]!["ocrResults"]![0]!;
        AssertKeys(
            page["prunedResult"]!,
            "model_settings", "doc_preprocessor_res", "dt_polys", "text_det_params", "text_type", "textline_orientation_angles",
            "text_rec_score_thresh", "return_word_box", "rec_texts", "rec_scores", "rec_polys", "rec_boxes");
        AssertJpeg(page["ocrImage"]);
        AssertJpeg(page["inputImage"]);
        Assert.Equal("image", (string)answer["result"]!["dataInfo"]!["type"]!);
        Assert.Equal(384, (int)answer["result"]!["dataInfo"]!["width"]!);

        var own = await shared.Client.AskAsync("/v1/ocr?minScore=0", Requests.Raw(Requests.Sample("page.png")));
        var lines = own["lines"]!.AsArray();
        Assert.Equal(lines.Select(l => (string)l!["text"]!), page["prunedResult"]!["rec_texts"]!.AsArray().Select(t => (string)t!));
        Assert.Equal(lines.Select(l => (float)l!["score"]!), page["prunedResult"]!["rec_scores"]!.AsArray().Select(t => (float)t!));
        Assert.Equal(
            lines.SelectMany(l => l!["quad"]!.AsArray()).SelectMany(p => p!.AsArray()).Select(v => (int)MathF.Round((float)v!)),
            page["prunedResult"]!["rec_polys"]!.AsArray().SelectMany(q => q!.AsArray()).SelectMany(p => p!.AsArray()).Select(v => (int)v!));
    }

    [Theory]
    [InlineData("line breaks in base64", """{"file":"FILE76","fileType":1,"visualize":false}""")]
    [InlineData("PHP's escapes", """{"file":"FILEPHP","fileType":1,"visualize":false}""")]
    [InlineData("a data URI", """{"file":"data:image/png;base64,FILE","visualize":false}""")]
    [InlineData("numbers and flags as text", """{"file":"FILE","fileType":"1","visualize":"false","textDetThresh":"0.3","useTextlineOrientation":"true"}""")]
    [InlineData("nulls", """{"file":"FILE","fileType":null,"textDetThresh":null,"visualize":false,"useDocUnwarping":null}""")]
    [InlineData("unknown fields", """{"file":"FILE","visualize":false,"anything":{"a":[1,2]},"useDocUnwarping":true}""")]
    public async Task Forms_that_clients_send(string name, string request)
    {
        var base64 = Requests.Base64("page.png");
        var lines = string.Join("\\n", base64.Chunk(76).Select(c => new string(c)));
        var json = request.Replace("FILE76", lines, StringComparison.Ordinal)
            .Replace("FILEPHP", base64.Replace("/", "\\/", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("FILE", base64, StringComparison.Ordinal);
        var answer = await shared.Client.AskAsync("/ocr", Requests.Json(json));
        var page = answer["result"]!["ocrResults"]![0]!;
        Assert.True((string)page["prunedResult"]!["rec_texts"]![0]! == "Region-based segmentation", name);
        Assert.Null(page["ocrImage"]);
    }

    [Fact]
    public async Task Words_thresholds_and_the_log_id()
    {
        var answer = await PostAsync(
            "/ocr", ("file", Requests.Base64("page.png")), ("returnWordBox", true), ("textRecScoreThresh", 0.99), ("visualize", false), ("logId", "mine"));
        Assert.Equal("mine", (string)answer["logId"]!);
        var pruned = answer["result"]!["ocrResults"]![0]!["prunedResult"]!;
        Assert.All(pruned["rec_scores"]!.AsArray(), s => Assert.True((float)s! >= 0.99f));
        Assert.True(pruned["dt_polys"]!.AsArray().Count > pruned["rec_texts"]!.AsArray().Count);
        Assert.Equal("Region-based segmentation", string.Concat(pruned["text_word"]![0]!.AsArray().Select(w => (string)w!)).Replace("Region-basedsegmentation", "Region-based segmentation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_form_of_October_2024()
    {
        var answer = await PostAsync("/ocr", ("image", Requests.Base64("page.png")));
        var text = answer["result"]!["texts"]![0]!;
        AssertKeys(text, "poly", "text", "score");
        Assert.Equal("Region-based segmentation", (string)text["text"]!);
        AssertJpeg(answer["result"]!["image"]);
    }

    [Fact]
    public async Task Layout_parsing()
    {
        var answer = await PostAsync("/layout-parsing", ("file", Requests.Base64("page.png")), ("fileType", 1), ("useTableRecognition", true));
        var page = answer["result"]!["layoutParsingResults"]![0]!;
        AssertKeys(
            page["prunedResult"]!,
            "model_settings", "parsing_res_list", "layout_det_res", "overall_ocr_res", "table_res_list", "seal_res_list", "formula_res_list");
        Assert.False((bool)page["prunedResult"]!["model_settings"]!["use_table_recognition"]!);
        AssertKeys(page["prunedResult"]!["parsing_res_list"]![0]!, "block_label", "block_content", "block_bbox", "block_id", "block_order");
        Assert.Contains("Region-based segmentation", (string)page["markdown"]!["text"]!, StringComparison.Ordinal);
        Assert.StartsWith("#", (string)page["markdown"]!["text"]!, StringComparison.Ordinal);
        Assert.True((bool)page["markdown"]!["isStart"]!);
        AssertJpeg(page["outputImages"]!.AsObject().First().Value);
    }

    [Fact]
    public async Task Object_detection()
    {
        var answer = await PostAsync("/object-detection", ("image", Requests.Base64("motorcycle.jpg")));
        var found = answer["result"]!["detectedObjects"]![0]!;
        AssertKeys(found, "bbox", "categoryId", "categoryName", "score");
        Assert.Equal("motorcycle", (string)found["categoryName"]!);
        AssertJpeg(answer["result"]!["image"]);
        var none = await PostAsync(
            "/object-detection", ("image", Requests.Base64("motorcycle.jpg")), ("threshold", new JsonObject { ["3"] = 0.99 }), ("visualize", false));
        Assert.DoesNotContain(none["result"]!["detectedObjects"]!.AsArray(), o => (int)o!["categoryId"]! == 3);
    }

    [Fact]
    public async Task Image_classification()
    {
        var answer = await PostAsync("/image-classification", ("image", Requests.Base64("coffee.jpg")), ("topk", 2));
        var categories = answer["result"]!["categories"]!.AsArray();
        Assert.Equal(2, categories.Count);
        AssertKeys(categories[0]!, "id", "name", "score");
        var old = await PostAsync("/image-classification", ("image", Requests.Base64("coffee.jpg")), ("inferenceParams", new JsonObject { ["topK"] = 3 }));
        Assert.Equal(3, old["result"]!["categories"]!.AsArray().Count);
    }

    [Fact]
    public async Task Semantic_segmentation()
    {
        var answer = await PostAsync("/semantic-segmentation", ("image", Requests.Base64("temple.jpg")), ("visualize", false));
        Assert.Equal([427, 640], answer["result"]!["size"]!.AsArray().Select(v => (int)v!));
        Assert.Equal(427 * 640, answer["result"]!["labelMap"]!.AsArray().Count);
    }

    [Fact]
    public async Task Shitu_build_add_remove_infer()
    {
        JsonArray Pairs(params string[] names) => [.. names.Select(n => (JsonNode)new JsonObject { ["image"] = Requests.Base64(n + ".jpg"), ["label"] = n })];
        var built = (await PostAsync("/shitu-index-build", ("imageLabelPairs", Pairs("coffee", "cat"))))["result"]!;
        var key = (string)built["indexKey"]!;
        Assert.Equal(2, (int)built["imageCount"]!);
        Assert.Equal("cat", (string)built["idMap"]!["1"]!);
        var added = (await PostAsync("/shitu-index-add", ("imageLabelPairs", Pairs("rocket")), ("indexKey", key)))["result"]!;
        Assert.Equal(3, (int)added["imageCount"]!);
        var removed = (await PostAsync("/shitu-index-remove", ("ids", new JsonArray(1)), ("indexKey", key)))["result"]!;
        Assert.Equal(2, (int)removed["imageCount"]!);
        Assert.Null(removed["idMap"]!["1"]);
        var infer = (await PostAsync("/shitu-infer", ("image", Requests.Base64("rocket.jpg")), ("indexKey", key)))["result"]!;
        var found = infer["detectedObjects"]![0]!;
        AssertKeys(found, "bbox", "recResults", "score");
        Assert.Equal("rocket", (string)found["recResults"]![0]!["label"]!);
        AssertJpeg(infer["image"]);
        var unknown = (await PostAsync("/shitu-infer", ("image", Requests.Base64("cat.jpg")), ("indexKey", key), ("visualize", false)))["result"]!;
        Assert.Empty(unknown["detectedObjects"]![0]!["recResults"]!.AsArray());
    }

    [Fact]
    public async Task Health()
    {
        var answer = await shared.Client.GetJsonAsync("/health");
        AssertKeys(answer, "logId", "errorCode", "errorMsg");
        Assert.Equal("Healthy", (string)answer["errorMsg"]!);
    }

    private async Task<JsonNode> PostAsync(string route, params (string Name, JsonNode? Value)[] fields)
    {
        var answer = await shared.Client.AskAsync(route, Requests.Json(fields));
        Assert.Equal(0, (int)answer["errorCode"]!);
        Assert.Equal("Success", (string)answer["errorMsg"]!);
        return answer;
    }

    private static void AssertKeys(JsonNode node, params string[] keys) => Assert.Equal(keys, node.AsObject().Select(p => p.Key));

    private static void AssertJpeg(JsonNode? base64) => Assert.True(ImageFile.Decode(Convert.FromBase64String((string)base64!)).Width > 0);
}
