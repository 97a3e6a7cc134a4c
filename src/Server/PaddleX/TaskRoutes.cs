using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary><c>POST /object-detection</c>, <c>/image-classification</c> and <c>/semantic-segmentation</c>.</summary>
internal sealed class TaskRoutes(Predictors predictors)
{
    // PaddleX's own defaults of these pipelines.
    private const float DetectionThreshold = 0.5f;
    private const int TopK = 5;

    /// <summary>Objects with classes, scores and boxes.</summary>
    public async Task DetectAsync(PaddleCall call)
    {
        var thresholds = Thresholds.Read(call, "threshold", DetectionThreshold);
        call.Trace.Model = Detector.DefaultModel;
        using var detector = await predictors.DetectorAsync(Detector.DefaultModel, call.CancellationToken).ConfigureAwait(false);
        var (found, image) = await call.RunAsync("image", (pixels, token) =>
        {
            var all = detector.Model.Detect(pixels, new DetectionOptions { ScoreThreshold = thresholds.Least }, token);
            Note(call, all.Timings);
            var kept = thresholds.Apply(all);
            return (kept, call.Jpeg(() => kept.Draw(pixels)));
        }).ConfigureAwait(false);
        await call.AnswerAsync(json =>
        {
            json.WriteStartArray("detectedObjects");
            foreach (var o in found)
            {
                json.WriteStartObject();
                json.WriteFloats("bbox", o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1);
                json.WriteNumber("categoryId", o.ClassId);
                json.WriteString("categoryName", o.Class);
                json.WriteNumber("score", o.Score);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteImage(json, image);
        }).ConfigureAwait(false);
    }

    /// <summary>The best classes.</summary>
    public async Task ClassifyAsync(PaddleCall call)
    {
        var top = call.Number("topk") ?? call.Number("topK") ?? TopK;
        if (top < 1 || top > 100_000 || top != Math.Floor(top))
        {
            throw JsonBody.Wrong("topk", "a whole number above 0");
        }

        call.Trace.Model = Classifier.DefaultModel;
        using var classifier = await predictors.ClassifierAsync(Classifier.DefaultModel, call.CancellationToken).ConfigureAwait(false);
        var (classes, image) = await call.RunAsync("image", (pixels, token) =>
        {
            var result = classifier.Model.Classify(pixels, new ClassificationOptions { Top = (int)top }, token);
            Note(call, result.Timings);
            return (result, call.Jpeg(() => result.Draw(pixels)));
        }).ConfigureAwait(false);
        await call.AnswerAsync(json =>
        {
            json.WriteStartArray("categories");
            foreach (var found in classes)
            {
                json.WriteStartObject();
                json.WriteNumber("id", found.ClassId);
                json.WriteString("name", found.Label);
                json.WriteNumber("score", found.Score);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteImage(json, image);
        }).ConfigureAwait(false);
    }

    /// <summary>The class of every pixel, as numbers.</summary>
    public async Task SegmentAsync(PaddleCall call)
    {
        call.Trace.Model = Segmenter.DefaultModel;
        using var segmenter = await predictors.SegmenterAsync(Segmenter.DefaultModel, anySize: false, call.CancellationToken).ConfigureAwait(false);
        var (result, image) = await call.RunAsync("image", (pixels, token) =>
        {
            var mask = segmenter.Model.Segment(pixels, null, token);
            Note(call, mask.Timings);
            return (mask, call.Jpeg(() => mask.Draw(pixels)));
        }).ConfigureAwait(false);
        await call.AnswerAsync(json =>
        {
            json.WriteStartArray("labelMap");
            foreach (var id in result.Map.Ids)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
            json.WriteStartArray("size");
            json.WriteNumberValue(result.Map.Height);
            json.WriteNumberValue(result.Map.Width);
            json.WriteEndArray();
            WriteImage(json, image);
        }).ConfigureAwait(false);
    }

    private static void Note(PaddleCall call, StageTimings timings)
    {
        lock (call.Trace)
        {
            call.Trace.Stages += timings;
        }
    }

    private static void WriteImage(Utf8JsonWriter json, byte[]? image)
    {
        if (image is not null)
        {
            json.WriteBase64String("image", image);
        }
    }
}
