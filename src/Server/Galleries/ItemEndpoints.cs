using System.Globalization;
using System.Text;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Galleries;

/// <summary>The routes about the items of a gallery.</summary>
internal sealed class ItemEndpoints(GalleryStore galleries, ItemWriter writer, BodyReader bodies, PplcnetServerOptions options)
{
    private const int MostListed = 1000, MostNeighbors = 1000;

    private static readonly QueryOption<string?> _label = new("label", "Label of the images; several name them in their order.", "string", text => text) { IsRepeatable = true };
    private static readonly QueryOption<int?> _id = QueryOption.Whole("id", "Id of the item; the default is the next.", 0);
    private static readonly QueryOption<string?> _metadata = QueryOption.Text("metadata", "A flat JSON object to filter by.");
    private static readonly QueryOption<string?> _after = QueryOption.Text("after", "Items with a higher id.");
    private static readonly QueryOption<int?> _limit = QueryOption.Whole("limit", "Most items; the default is 100.", 1, MostListed);
    private static readonly QueryOption<int?> _k = QueryOption.Whole("k", "How many neighbours; the default is 5.", 1, MostNeighbors);

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes, EndpointGuard guard)
    {
        const string Items = "/v1/gallery/{gallery}/items";
        routes.MapGet(Items, guard.Wrap(Role.Read, context => UseAsync(context, ListAsync)));
        routes.MapPost(Items, guard.Wrap(Role.Write, context => UseAsync(context, AddAsync)));
        routes.MapPost(Items + ":remove", guard.Wrap(Role.Write, context => UseAsync(context, RemoveAsync)));
        routes.MapGet(Items + "/{id:long:min(0)}", guard.Wrap(Role.Read, context => UseAsync(context, GetAsync)));
        routes.MapDelete(Items + "/{id:long:min(0)}", guard.Wrap(Role.Write, context => UseAsync(context, DeleteAsync)));
        routes.MapGet(Items + "/{id:long:min(0)}/neighbours", guard.Wrap(Role.Read, context => UseAsync(context, NeighborsAsync)));
    }

    private async Task UseAsync(HttpContext context, Func<HttpContext, GallerySlot, CancellationToken, Task> action)
    {
        using var deadline = new Deadline(options.Timeout, context.RequestAborted);
        using var use = await galleries.UseAsync(GalleryEndpoints.Name(context), CallerRightsFeature.Of(context), deadline.Token).ConfigureAwait(false);
        await action(context, use.Slot, deadline.Token).ConfigureAwait(false);
    }

    private static long Id(HttpContext context) => long.Parse((string)context.Request.RouteValues["id"]!, CultureInfo.InvariantCulture);

    private static RequestException Unknown() => RequestException.NotFound("item", "The gallery has no item with this id.");

    private static async Task ListAsync(HttpContext context, GallerySlot slot, CancellationToken cancellationToken)
    {
        var values = new QueryValues(context.Request.Query);
        values.Check([_after, _limit]);
        var after = values.Get(_after) is not { } text ? -1
            : long.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id
            : throw RequestException.Field("after", "expected an id");
        var limit = values.Get(_limit) ?? 100;
        var items = new List<GalleryItem>();
        await foreach (var item in slot.Index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (item.Id > after)
            {
                items.Add(item);
            }

            if (items.Count > limit)
            {
                break;
            }
        }

        await JsonAnswer.WriteObjectAsync(context, json =>
        {
            json.WriteStartArray("items");
            foreach (var item in items.Take(limit))
            {
                json.WriteStartObject();
                GalleryJson.WriteItem(json, item);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("more", items.Count > limit);
        }).ConfigureAwait(false);
    }

    private async Task AddAsync(HttpContext context, GallerySlot slot, CancellationToken cancellationToken)
    {
        RequestTrace.Of(context).Task = "add";
        if (BodyReader.ContentType(context.Request) is "application/x-ndjson" or "application/jsonl")
        {
            var lines = await writer.ReadLinesAsync(context, cancellationToken).ConfigureAwait(false);
            await writer.AddAsync(slot, lines, context, cancellationToken).ConfigureAwait(false);
            await TellAsync(context, slot, [.. lines.Select(l => l.Id)], cancellationToken).ConfigureAwait(false);
            return;
        }

        QueryOption[] known = [_label, _id, _metadata];
        var values = new QueryValues(context.Request.Query);
        values.Check(known);
        using var body = await ImageBody.ReadAsync(context, bodies, values, cancellationToken).ConfigureAwait(false);
        values.Check(known);
        var labels = values.GetAll(_label);
        if (labels.Count != 1 && labels.Count != body.Images.Count)
        {
            throw RequestException.Field("label", $"expected one label, or one for each of {body.Images.Count} images; found {labels.Count}");
        }

        int? id = values.Get(_id);
        if (id is not null && body.Images.Count > 1)
        {
            throw RequestException.Field("id", "goes with one image");
        }

        var metadata = Metadata(values.Get(_metadata));
        var ids = await writer.AddImagesAsync(
            slot, body.Images, i => (labels[labels.Count == 1 ? 0 : i]!, metadata), id, context, cancellationToken).ConfigureAwait(false);
        await TellAsync(context, slot, ids, cancellationToken).ConfigureAwait(false);
    }

    private static async Task TellAsync(HttpContext context, GallerySlot slot, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var info = await GalleryJson.InfoAsync(slot, cancellationToken).ConfigureAwait(false);
        await JsonAnswer.WriteObjectAsync(
            context,
            json =>
            {
                json.WriteStartArray("ids");
                foreach (var id in ids)
                {
                    json.WriteNumberValue(id);
                }

                json.WriteEndArray();
                json.WriteStartObject("gallery");
                info(json);
                json.WriteEndObject();
            },
            StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task RemoveAsync(HttpContext context, GallerySlot slot, CancellationToken cancellationToken)
    {
        using var body = await JsonBody.ReadAsync(context, bodies, [], cancellationToken).ConfigureAwait(false);
        var (ids, filter) = (body.Value("ids"), body.Text("filter"));
        if ((ids is null) == (filter is null))
        {
            throw RequestException.Field("ids", "expected either ids or a filter");
        }

        var removed = await slot.WriteAsync(
            async () => await slot.Index.RemoveAsync(
                ids is { } list ? Ids(list) : await FindAsync(slot, Filter(filter!), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false),
            ItemWriter.IfMatch(context),
            cancellationToken).ConfigureAwait(false);
        var info = await GalleryJson.InfoAsync(slot, cancellationToken).ConfigureAwait(false);
        await JsonAnswer.WriteObjectAsync(context, json =>
        {
            json.WriteNumber("removed", removed);
            json.WriteStartObject("gallery");
            info(json);
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static async Task GetAsync(HttpContext context, GallerySlot slot, CancellationToken cancellationToken)
    {
        var item = await slot.Index.GetAsync(Id(context), cancellationToken).ConfigureAwait(false) ?? throw Unknown();
        await JsonAnswer.WriteObjectAsync(context, json => GalleryJson.WriteItem(json, item, vector: true)).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(HttpContext context, GallerySlot slot, CancellationToken cancellationToken)
    {
        var removed = await slot.WriteAsync(
            async () => await slot.Index.RemoveAsync([Id(context)], cancellationToken).ConfigureAwait(false),
            ItemWriter.IfMatch(context),
            cancellationToken).ConfigureAwait(false);
        context.Response.StatusCode = removed > 0 ? StatusCodes.Status204NoContent : throw Unknown();
    }

    private static async Task NeighborsAsync(HttpContext context, GallerySlot slot, CancellationToken cancellationToken)
    {
        var values = new QueryValues(context.Request.Query);
        values.Check([_k]);
        var id = Id(context);
        var item = await slot.Index.GetAsync(id, cancellationToken).ConfigureAwait(false) ?? throw Unknown();
        var search = new SearchOptions { K = values.Get(_k) ?? 5, Filter = ItemFilter.Not(ItemFilter.Id(id)) };
        var matches = await slot.Index.SearchAsync(item.Vector, search, cancellationToken).ConfigureAwait(false);
        await JsonAnswer.WriteObjectAsync(context, json => json.WriteMatches("neighbours", matches)).ConfigureAwait(false);
    }

    private static long[] Ids(System.Text.Json.JsonElement list)
    {
        try
        {
            return [.. list.EnumerateArray().Select(i => i.GetInt64())];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw JsonBody.Wrong("ids", "an array of whole numbers");
        }
    }

    private static async Task<long[]> FindAsync(GallerySlot slot, ItemFilter filter, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        await foreach (var item in slot.Index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (filter.Matches(item))
            {
                ids.Add(item.Id);
            }
        }

        return [.. ids];
    }

    private static ItemFilter Filter(string text)
    {
        try
        {
            return ItemFilter.Parse(text);
        }
        catch (ArgumentException e)
        {
            throw RequestException.Field("filter", e.Message);
        }
    }

    private static IReadOnlyDictionary<string, MetadataValue> Metadata(string? json)
    {
        try
        {
            return ItemMetadata.FromJson(Encoding.UTF8.GetBytes(json ?? ""));
        }
        catch (DataFormatException e)
        {
            throw RequestException.Field("metadata", e.Message);
        }
    }
}
