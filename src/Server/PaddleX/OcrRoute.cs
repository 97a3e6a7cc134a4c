using System.Text.Json;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary><c>POST /ocr</c>, and with <c>image</c> instead of <c>file</c> the form of October 2024.</summary>
internal sealed class OcrRoute(Predictors predictors)
{
    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(PaddleCall call)
    {
        var isOld = call.Body.Has("image") && !call.Body.Has("file");
        FileField.Check(call);
        call.Trace.Model = OcrEngine.DefaultModel;
        using var engine = await predictors.OcrAsync(OcrEngine.DefaultModel, call.CancellationToken).ConfigureAwait(false);
        var settings = OcrSettings.Read(call, engine.Model, canTurnPages: true);
        var page = await call.RunAsync(isOld ? "image" : "file", (image, token) => Read(call, engine.Model, settings, image, token)).ConfigureAwait(false);
        lock (call.Trace)
        {
            call.Trace.Stages += page.Result.Timings;
        }

        await call.AnswerAsync(json => Write(json, page, settings, isOld)).ConfigureAwait(false);
    }

    private static Page Read(PaddleCall call, OcrEngine engine, OcrSettings settings, PixelBuffer image, CancellationToken cancellationToken)
    {
        var result = engine.Read(image, settings.Options, cancellationToken);
        var kept = result with { Lines = [.. result.Lines.Where(l => l.Score >= settings.MinScore)] };
        var input = call.Jpeg(() => image);
        return new Page(result, image.Width, image.Height, call.Jpeg(() => PageReading.Of(kept).Draw(image)), input);
    }

    private static void Write(Utf8JsonWriter json, Page page, OcrSettings settings, bool isOld)
    {
        if (isOld)
        {
            WriteOld(json, page, settings);
            return;
        }

        json.WriteStartArray("ocrResults");
        json.WriteStartObject();
        json.WriteStartObject("prunedResult");
        OcrJson.Write(json, page.Result, settings);
        json.WriteEndObject();
        if (page.Drawn is { } drawn)
        {
            json.WriteBase64String("ocrImage", drawn);
            json.WriteBase64String("inputImage", page.Input!);
        }

        json.WriteEndObject();
        json.WriteEndArray();
        FileField.WriteInfo(json, page.Width, page.Height);
    }

    private static void WriteOld(Utf8JsonWriter json, Page page, OcrSettings settings)
    {
        json.WriteStartArray("texts");
        foreach (var line in page.Result.Lines.Where(l => l.Score >= settings.MinScore))
        {
            json.WriteStartObject();
            json.WritePropertyName("poly");
            OcrJson.WriteQuad(json, line.Quad);
            json.WriteString("text", line.Text);
            json.WriteNumber("score", line.Score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (page.Drawn is { } drawn)
        {
            json.WriteBase64String("image", drawn);
        }
    }

    private sealed record Page(OcrResult Result, int Width, int Height, byte[]? Drawn, byte[]? Input);
}
