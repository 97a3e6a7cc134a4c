using System.Globalization;
using System.Text.Json;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Server.Galleries;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>The routes of PP-ShiTuV2 over the server's galleries: an index key is the name of a gallery.</summary>
internal sealed class ShituRoutes(GalleryStore galleries, Predictors predictors, ItemWriter writer)
{
    private const int MostInIdMap = 1000;

    /// <summary>Makes a gallery of images with labels.</summary>
    public async Task BuildAsync(PaddleCall call)
    {
        var rights = CallerRightsFeature.Of(call.Context);
        var name = rights.GalleryPrefix + Guid.NewGuid();
        using var embedder = await predictors.EmbedderAsync(Embedder.DefaultModel, call.CancellationToken).ConfigureAwait(false);
        using var use = await galleries.CreateAsync(name, rights, embedder.Model, GalleryIndexKind.Flat, call.CancellationToken).ConfigureAwait(false);
        try
        {
            await AddPairsAsync(call, use.Slot).ConfigureAwait(false);
        }
        catch
        {
            // The client never learns the name of a gallery that failed.
            use.Dispose();
            await galleries.DeleteAsync(name, rights, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        await AnswerAsync(call, use.Slot, name).ConfigureAwait(false);
    }

    /// <summary>Adds images with labels.</summary>
    public async Task AddAsync(PaddleCall call)
    {
        using var use = await UseAsync(call).ConfigureAwait(false);
        await AddPairsAsync(call, use.Slot).ConfigureAwait(false);
        await AnswerAsync(call, use.Slot, null).ConfigureAwait(false);
    }

    /// <summary>Removes items by their ids.</summary>
    public async Task RemoveAsync(PaddleCall call)
    {
        if (call.Body.Value("ids") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw JsonBody.Wrong("ids", "an array of whole numbers");
        }

        long[] ids = [.. list.EnumerateArray().Select(i => JsonBody.Number(i) is { } id && id == Math.Floor(id) && Math.Abs(id) < 1e15 ? (long)id : throw JsonBody.Wrong("ids", "an array of whole numbers"))];
        using var use = await UseAsync(call).ConfigureAwait(false);
        await use.Slot.WriteAsync(
            async () => await use.Slot.Index.RemoveAsync(ids, call.CancellationToken).ConfigureAwait(false), null, call.CancellationToken).ConfigureAwait(false);
        await AnswerAsync(call, use.Slot, null).ConfigureAwait(false);
    }

    /// <summary>Names what an image shows. There is no detector of main bodies, so the whole image is searched.</summary>
    public async Task InferAsync(PaddleCall call)
    {
        var top = call.Number("topk") ?? 5;
        if (top is < 1 or > 10_000 || top != Math.Floor(top))
        {
            throw JsonBody.Wrong("topk", "a whole number from 1 to 10000");
        }

        _ = call.Fraction("detThreshold");
        var threshold = (float)(call.Number("recThreshold") ?? 0.5);
        using var use = await UseAsync(call).ConfigureAwait(false);
        using var embedder = await galleries.EmbedderAsync(use.Slot, call.CancellationToken).ConfigureAwait(false);
        call.Trace.Model = embedder.Name;
        var options = new ShituOptions { K = (int)top, Threshold = threshold };
        var (result, image) = await call.RunAsync("image", (pixels, token) =>
        {
            var found = new ShituPipeline(embedder.Model, use.Slot.Index, null, options).Recognize(pixels, null, token);
            return (found, call.Jpeg(() => found.Draw(pixels)));
        }).ConfigureAwait(false);
        await call.AnswerAsync(json =>
        {
            json.WriteStartArray("detectedObjects");
            foreach (var found in result.Objects)
            {
                WriteObject(json, found, threshold);
            }

            json.WriteEndArray();
            if (image is not null)
            {
                json.WriteBase64String("image", image);
            }
        }).ConfigureAwait(false);
    }

    private static void WriteObject(Utf8JsonWriter json, RecognizedObject found, float threshold)
    {
        json.WriteStartObject();
        json.WriteFloats("bbox", found.Box.X0, found.Box.Y0, found.Box.X1, found.Box.Y1);
        json.WriteStartArray("recResults");

        // All or nothing, by the best match.
        if (found.Matches.Count > 0 && found.Matches[0].Score >= threshold)
        {
            foreach (var match in found.Matches)
            {
                json.WriteStartObject();
                json.WriteString("label", match.Label);
                json.WriteNumber("score", match.Score);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteNumber("score", 0); // what PaddleX tells of a whole image
        json.WriteEndObject();
    }

    private async Task<GalleryUse> UseAsync(PaddleCall call)
    {
        var key = call.Body.Text("indexKey") ?? throw RequestException.Field("indexKey", "field required", StatusCodes.Status422UnprocessableEntity);
        return await galleries.UseAsync(key, CallerRightsFeature.Of(call.Context), call.CancellationToken).ConfigureAwait(false);
    }

    private async Task AddPairsAsync(PaddleCall call, GallerySlot slot)
    {
        if (call.Body.Pairs.Count == 0)
        {
            return;
        }

        var pairs = call.Body.Pairs;
        var uploads = await call.OpenPairsAsync().ConfigureAwait(false);
        try
        {
            await writer.AddImagesAsync(
                slot, uploads, i => (pairs[i].Label, ItemMetadata.None), null, call.Context, call.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            uploads.ToList().ForEach(u => u.Dispose());
        }
    }

    /// <summary>Clients of 2024 read <c>idMap</c>, newer ones <c>imageCount</c>.</summary>
    private static async Task AnswerAsync(PaddleCall call, GallerySlot slot, string? name)
    {
        var count = await slot.Index.CountAsync(call.CancellationToken).ConfigureAwait(false);
        var labels = new List<(long Id, string Label)>();
        if (count <= MostInIdMap)
        {
            await foreach (var item in slot.Index.ItemsAsync(call.CancellationToken).ConfigureAwait(false))
            {
                labels.Add((item.Id, item.Label));
            }
        }

        await call.AnswerAsync(json =>
        {
            if (name is not null)
            {
                json.WriteString("indexKey", name);
            }

            json.WriteNumber("imageCount", count);
            if (count <= MostInIdMap)
            {
                json.WriteStartObject("idMap");
                labels.ForEach(l => json.WriteString(l.Id.ToString(CultureInfo.InvariantCulture), l.Label));
                json.WriteEndObject();
            }
        }).ConfigureAwait(false);
    }
}
