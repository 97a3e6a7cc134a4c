using System.Text.Json;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Galleries;

/// <summary>The routes about whole galleries; those about items are <see cref="ItemEndpoints"/>.</summary>
internal sealed class GalleryEndpoints(GalleryStore galleries, Predictors predictors, ItemWriter writer)
{
    private static readonly QueryOption<string?> _model = QueryOption.Text("model", $"Model whose vectors the gallery keeps; the default is {Embedder.DefaultModel}.");
    private static readonly QueryOption<string?> _index = QueryOption.Choice("index", "How it is searched.", "flat", "flat-int8", "hnsw");

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes, EndpointGuard guard)
    {
        const string One = "/v1/gallery/{gallery}";
        routes.MapGet("/v1/gallery", guard.Wrap(Role.Read, ListAsync));
        routes.MapGet(One, guard.Wrap(Role.Read, context => UseAsync(context, InfoAsync)));
        routes.MapPut(One, guard.Wrap(Role.Write, CreateAsync));
        routes.MapDelete(One, guard.Wrap(Role.Write, DeleteAsync));
        routes.MapPost(One + "/compact", guard.Wrap(Role.Write, context => UseAsync(context, CompactAsync)));
        routes.MapGet(One + "/export", guard.Wrap(Role.Read, context => UseAsync(context, ExportAsync)));
        routes.MapGet(One + "/threshold", guard.Wrap(Role.Read, context => UseAsync(context, ThresholdAsync)));
    }

    /// <summary>The name in the route.</summary>
    public static string Name(HttpContext context) => (string)context.Request.RouteValues["gallery"]!;

    private async Task UseAsync(HttpContext context, Func<HttpContext, GallerySlot, Task> action)
    {
        using var use = await galleries.UseAsync(Name(context), CallerRightsFeature.Of(context), context.RequestAborted).ConfigureAwait(false);
        await action(context, use.Slot).ConfigureAwait(false);
    }

    private Task ListAsync(HttpContext context)
    {
        var names = galleries.Names(CallerRightsFeature.Of(context));
        return JsonAnswer.WriteObjectAsync(context, json =>
        {
            json.WriteStartArray("galleries");
            foreach (var name in names)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static async Task InfoAsync(HttpContext context, GallerySlot slot)
    {
        context.Response.Headers.ETag = $"\"{await slot.VersionAsync(context.RequestAborted).ConfigureAwait(false)}\"";
        await JsonAnswer.WriteObjectAsync(context, await GalleryJson.InfoAsync(slot, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var values = new QueryValues(context.Request.Query);
        values.Check([_model, _index]);
        var kind = values.Get(_index) switch
        {
            "flat-int8" => GalleryIndexKind.FlatInt8,
            "hnsw" => GalleryIndexKind.Hnsw,
            _ => GalleryIndexKind.Flat,
        };
        GalleryNames.Check(Name(context), CallerRightsFeature.Of(context));
        var items = await writer.ReadLinesAsync(context, context.RequestAborted).ConfigureAwait(false);
        using var embedder = await predictors.EmbedderAsync(values.Get(_model) ?? Embedder.DefaultModel, context.RequestAborted).ConfigureAwait(false);
        using var use = await galleries.CreateAsync(Name(context), CallerRightsFeature.Of(context), embedder.Model, kind, context.RequestAborted).ConfigureAwait(false);
        if (items.Count > 0)
        {
            await writer.AddAsync(use.Slot, items, context, context.RequestAborted).ConfigureAwait(false);
        }

        await JsonAnswer.WriteObjectAsync(
            context, await GalleryJson.InfoAsync(use.Slot, context.RequestAborted).ConfigureAwait(false), StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        await galleries.DeleteAsync(Name(context), CallerRightsFeature.Of(context), context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CompactAsync(HttpContext context, GallerySlot slot)
    {
        if (slot.File is { } file)
        {
            await slot.WriteAsync(
                async () =>
                {
                    await Task.Run(() => file.Compact(), context.RequestAborted).ConfigureAwait(false);
                    return true;
                },
                ItemWriter.IfMatch(context),
                context.RequestAborted).ConfigureAwait(false);
        }

        await InfoAsync(context, slot).ConfigureAwait(false);
    }

    private static async Task ExportAsync(HttpContext context, GallerySlot slot)
    {
        const int Flush = 1 << 16;
        context.Response.ContentType = "application/x-ndjson";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonOutput.Options);
        await foreach (var item in slot.Index.ItemsAsync(context.RequestAborted).ConfigureAwait(false))
        {
            json.WriteStartObject();
            GalleryJson.WriteItem(json, item, vector: true);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            context.Response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
            context.Response.BodyWriter.Advance(1);
            if (context.Response.BodyWriter.UnflushedBytes > Flush)
            {
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task ThresholdAsync(HttpContext context, GallerySlot slot)
    {
        var learned = await slot.CalibrateAsync(context.RequestAborted).ConfigureAwait(false)
            ?? throw new RequestException(StatusCodes.Status409Conflict, "labels", "A threshold is learned from at least two labels; the gallery has fewer.");
        await JsonAnswer.WriteObjectAsync(context, json =>
        {
            json.WriteNumber("threshold", learned.Threshold);
            json.WriteFinite("false_accept_rate", learned.FalseAcceptRate);
            json.WriteFinite("true_accept_rate", learned.TrueAcceptRate);
            json.WriteFinite("right_rate", learned.RightRate);
            json.WriteNumber("items", learned.Items);
        }).ConfigureAwait(false);
    }
}
