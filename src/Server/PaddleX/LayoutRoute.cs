using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;
using PPLCNet.Vision.Server.Tasks;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary><c>POST /layout-parsing</c>: text, layout and Markdown of a page. Tables, formulas, seals and charts are not read.</summary>
internal sealed class LayoutRoute(Predictors predictors)
{
    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(PaddleCall call)
    {
        FileField.Check(call);
        call.Lacks("useSealRecognition", "useTableRecognition", "useFormulaRecognition", "useChartRecognition", "useDocOrientationClassify");
        call.Trace.Model = Detector.LayoutModel;
        using var engine = await predictors.OcrAsync(OcrEngine.DefaultModel, call.CancellationToken).ConfigureAwait(false);
        using var layout = await predictors.DetectorAsync(Detector.LayoutModel, call.CancellationToken).ConfigureAwait(false);
        var settings = OcrSettings.Read(call, engine.Model, canTurnPages: false);
        var thresholds = Thresholds.Read(call, "layoutThreshold", layout.Model.Settings.ScoreThreshold);
        var ignored = Ignored(call);
        var page = await call.RunAsync("file", (image, token) => Read(call, engine.Model, layout.Model, settings, thresholds, image, token)).ConfigureAwait(false);
        lock (call.Trace)
        {
            call.Trace.Stages += page.Reading.Text.Timings;
        }

        await call.AnswerAsync(json => Write(json, page, settings, ignored)).ConfigureAwait(false);
    }

    private static Page Read(
        PaddleCall call, OcrEngine engine, Detector layout, OcrSettings settings, Thresholds thresholds, PixelBuffer image, CancellationToken cancellationToken)
    {
        var options = settings.Options with { MinScore = settings.MinScore };
        var text = engine.Read(image, options, cancellationToken);
        var found = layout.Detect(image, PageReader.Regions with { ScoreThreshold = thresholds.Least }, cancellationToken);
        var regions = thresholds.Apply(found).Clip(image.Width, image.Height);
        var reading = LayoutReader.Arrange(text with { Timings = text.Timings + found.Timings }, regions);
        var input = call.Jpeg(() => image);
        return new Page(reading, image.Width, image.Height, call.Jpeg(() => reading.Draw(image)), input);
    }

    private static void Write(Utf8JsonWriter json, Page page, OcrSettings settings, IReadOnlyCollection<string> ignored)
    {
        var blocks = PageBlock.Of(page.Reading);
        json.WriteStartArray("layoutParsingResults");
        json.WriteStartObject();
        json.WriteStartObject("prunedResult");
        WriteSettings(json);
        WriteBlocks(json, blocks);
        WriteRegions(json, page.Reading.Regions);
        json.WriteStartObject("overall_ocr_res");
        OcrJson.Write(json, page.Reading.Text, settings);
        json.WriteEndObject();
        foreach (var list in (string[])["table_res_list", "seal_res_list", "formula_res_list"])
        {
            json.WriteStartArray(list);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteStartObject("markdown");
        json.WriteString("text", PageMarkdown.Of(blocks, ignored));
        json.WriteStartObject("images");
        json.WriteEndObject();
        json.WriteBoolean("isStart", true);
        json.WriteBoolean("isEnd", true);
        json.WriteEndObject();
        if (page.Drawn is { } drawn)
        {
            json.WriteStartObject("outputImages");
            json.WriteBase64String("layout_det_res", drawn);
            json.WriteEndObject();
            json.WriteBase64String("inputImage", page.Input!);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        FileField.WriteInfo(json, page.Width, page.Height);
    }

    private static void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartObject("model_settings");
        foreach (var (name, has) in ((string, bool)[])
        [
            ("use_doc_preprocessor", false), ("use_seal_recognition", false), ("use_table_recognition", false), ("use_formula_recognition", false),
            ("use_chart_recognition", false), ("use_region_detection", false), ("use_general_ocr", true),
        ])
        {
            json.WriteBoolean(name, has);
        }

        json.WriteEndObject();
    }

    private static void WriteBlocks(Utf8JsonWriter json, IReadOnlyList<PageBlock> blocks)
    {
        json.WriteStartArray("parsing_res_list");
        for (var i = 0; i < blocks.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("block_label", blocks[i].Label);
            json.WriteString("block_content", blocks[i].Content);
            json.WriteFloats("block_bbox", blocks[i].Box.X0, blocks[i].Box.Y0, blocks[i].Box.X1, blocks[i].Box.Y1);
            json.WriteNumber("block_id", i);
            json.WriteNumber("block_order", i + 1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRegions(Utf8JsonWriter json, IReadOnlyList<DetectedObject> regions)
    {
        json.WriteStartObject("layout_det_res");
        json.WriteStartArray("boxes");
        foreach (var region in regions)
        {
            json.WriteStartObject();
            json.WriteNumber("cls_id", region.ClassId);
            json.WriteString("label", PageBlock.LabelOf(region.Class));
            json.WriteNumber("score", region.Score);
            json.WriteFloats("coordinate", region.Box.X0, region.Box.Y0, region.Box.X1, region.Box.Y1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IReadOnlyCollection<string> Ignored(PaddleCall call)
    {
        if (call.Body.Value("markdownIgnoreLabels") is not { } labels)
        {
            return PageMarkdown.Ignored;
        }

        return labels.ValueKind == JsonValueKind.Array
            ? [.. labels.EnumerateArray().Select(l => l.ToString())]
            : throw JsonBody.Wrong("markdownIgnoreLabels", "an array of labels");
    }

    private sealed record Page(PageReading Reading, int Width, int Height, byte[]? Drawn, byte[]? Input);
}
