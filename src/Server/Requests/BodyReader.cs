using Microsoft.AspNetCore.Http.Features;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>Reads bodies into pooled memory within the limits of the server. Thread-safe.</summary>
internal sealed class BodyReader(PplcnetServerOptions options, BodyBudget budget, ImageFetcher fetcher)
{
    /// <summary>Most images of a request.</summary>
    public int MaxImages => options.MaxImages;

    /// <summary>The media type of a body in lower case, without parameters; empty where there is none.</summary>
    /// <exception cref="RequestException">The body is compressed.</exception>
    public static string ContentType(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "body", "Expected a body without content encoding, found a compressed one.");
        }

        return (request.ContentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();
    }

    /// <summary>Reads a part or a download whole; the caller disposes the bytes.</summary>
    /// <exception cref="RequestException">There is more than the limit.</exception>
    public Task<PooledBytes> ReadAsync(Stream stream, CancellationToken cancellationToken) => ReadAsync(stream, options.MaxBodyBytes, cancellationToken);

    /// <summary>Reads the raw body of a request whole; the caller disposes the bytes.</summary>
    /// <exception cref="RequestException">There is more than the limit.</exception>
    public Task<PooledBytes> ReadBodyAsync(HttpContext context, CancellationToken cancellationToken) =>
        ReadAsync(Open(context, options.MaxBodyBytes), options.MaxBodyBytes, cancellationToken);

    /// <summary>Reads the body of a request with JSON, which base64 makes larger.</summary>
    /// <exception cref="RequestException">There is more than the limit.</exception>
    public Task<PooledBytes> ReadJsonAsync(HttpContext context, CancellationToken cancellationToken) =>
        ReadAsync(Open(context, options.MaxJsonBytes), options.MaxJsonBytes, cancellationToken);

    /// <summary>The body of a form, whose parts together are limited.</summary>
    /// <exception cref="RequestException">It announces more than the limit.</exception>
    public Stream OpenForm(HttpContext context) => Open(context, options.MaxBodyBytes);

    /// <summary>Empty bytes that the caller fills.</summary>
    public PooledBytes Rent() => new(budget, options.MaxJsonBytes);

    /// <summary>The image behind a JSON value: what was in it, or what is fetched from its address.</summary>
    /// <exception cref="RequestException">Addresses are not allowed, or this one is not.</exception>
    public async Task<ImageUpload> OpenAsync(JsonImage image, CancellationToken cancellationToken)
    {
        if (image.Address is not { } address)
        {
            return new ImageUpload(image.Bytes!.Memory, null, image.Bytes);
        }

        await using var stream = await fetcher.OpenAsync(address, cancellationToken).ConfigureAwait(false);
        var bytes = await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        return new ImageUpload(bytes.Memory, null, bytes);
    }

    private async Task<PooledBytes> ReadAsync(Stream stream, long limit, CancellationToken cancellationToken)
    {
        var bytes = new PooledBytes(budget, limit);
        try
        {
            await bytes.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private static LimitedStream Open(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
        {
            throw RequestException.TooLarge(limit);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }

        return new LimitedStream(context.Request.Body, limit);
    }
}
