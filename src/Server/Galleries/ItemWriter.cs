using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Galleries;

/// <summary>Adds items to galleries: images that are embedded, or lines of an export. Thread-safe.</summary>
internal sealed class ItemWriter(GalleryStore galleries, BodyReader bodies, ImageWork work, PplcnetServerOptions options)
{
    private const int Attempts = 5;

    /// <summary>The version that a client expects; null for any.</summary>
    public static string? IfMatch(HttpContext context) => context.Request.Headers.IfMatch.ToString() is { Length: > 0 } version and not "*" ? version : null;

    /// <summary>The lines of an export in the body; none where the body is empty.</summary>
    /// <exception cref="RequestException">A line is not an item.</exception>
    public async Task<IReadOnlyList<GalleryItem>> ReadLinesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        _ = BodyReader.ContentType(context.Request);
        using var bytes = await bodies.ReadBodyAsync(context, cancellationToken).ConfigureAwait(false);
        var items = new List<GalleryItem>();
        var rest = (ReadOnlyMemory<byte>)bytes.Memory;
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.Span.Trim(" \r\t"u8).IsEmpty)
            {
                items.Add(GalleryJson.ReadItem(line, number));
            }
        }

        return items;
    }

    /// <summary>Adds items with ids of their own: all of them or none.</summary>
    /// <exception cref="RequestException">An id is in use, a vector does not fit, or there would be too many items.</exception>
    public Task<bool> AddAsync(GallerySlot slot, IReadOnlyList<GalleryItem> items, HttpContext context, CancellationToken cancellationToken) => slot.WriteAsync(
        async () =>
        {
            await CheckQuotaAsync(slot, items.Count, cancellationToken).ConfigureAwait(false);
            try
            {
                await slot.Index.AddAsync(items, cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException e)
            {
                throw new RequestException(StatusCodes.Status409Conflict, "item", e.Message, e);
            }

            return true;
        },
        IfMatch(context),
        cancellationToken);

    /// <summary>Adds images under the next ids: all of them or none.</summary>
    /// <param name="slot">The gallery.</param>
    /// <param name="images">The images.</param>
    /// <param name="describe">Label and metadata of each image by its position.</param>
    /// <param name="id">An id for the one image; null takes the next.</param>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The ids, in the order of the images.</returns>
    public async Task<IReadOnlyList<long>> AddImagesAsync(
        GallerySlot slot,
        IReadOnlyList<ImageUpload> images,
        Func<int, (string Label, IReadOnlyDictionary<string, MetadataValue> Metadata)> describe,
        long? id,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var trace = RequestTrace.Of(context);
        using var embedder = await galleries.EmbedderAsync(slot, cancellationToken).ConfigureAwait(false);
        trace.Model = embedder.Name;
        var outcomes = await work.RunAsync(trace, images, (image, _, token) => embedder.Model.Embed(image, null, token), cancellationToken).ConfigureAwait(false);
        float[][] vectors = [.. outcomes.Select(ImageWork.Value).Select(r => r.Vector)];
        return await slot.WriteAsync(
            async () =>
            {
                await CheckQuotaAsync(slot, vectors.Length, cancellationToken).ConfigureAwait(false);
                return await PutAsync(slot, vectors, describe, id, cancellationToken).ConfigureAwait(false);
            },
            IfMatch(context),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<long>> PutAsync(
        GallerySlot slot, float[][] vectors, Func<int, (string Label, IReadOnlyDictionary<string, MetadataValue> Metadata)> describe, long? id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var first = id ?? await slot.NextIdAsync(cancellationToken).ConfigureAwait(false);
            GalleryItem[] items = [.. vectors.Select((vector, i) => describe(i) is var (label, metadata) ? new GalleryItem(first + i, label, vector, metadata) : null!)];
            try
            {
                await slot.Index.AddAsync(items, cancellationToken).ConfigureAwait(false);
                return [.. items.Select(i => i.Id)];
            }
            catch (ArgumentException e) when (id is not null || slot.File is not null || attempt == Attempts)
            {
                throw new RequestException(StatusCodes.Status409Conflict, "item", e.Message, e);
            }
            catch (ArgumentException)
            {
                // In a database another server may have taken the ids in between: the next ones, then.
            }
        }
    }

    private async Task CheckQuotaAsync(GallerySlot slot, int more, CancellationToken cancellationToken)
    {
        if (await slot.Index.CountAsync(cancellationToken).ConfigureAwait(false) + more > options.MaxItems)
        {
            throw new RequestException(StatusCodes.Status409Conflict, "quota", $"A gallery keeps at most {options.MaxItems} items.");
        }
    }
}
