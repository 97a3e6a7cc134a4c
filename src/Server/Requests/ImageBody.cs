using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>
/// The images of a request, whatever its form: a raw image, multipart/form-data, or JSON with base64. Form fields and JSON
/// properties that are no images are options.
/// </summary>
internal sealed class ImageBody : IDisposable
{
    private readonly List<ImageUpload> _images = [];

    private ImageBody()
    {
    }

    /// <summary>The images, in their order; at least one.</summary>
    public IReadOnlyList<ImageUpload> Images => _images;

    /// <summary>Whether the answer is an array: multipart with several images, or a JSON array.</summary>
    public bool IsBatch { get; private set; }

    /// <summary>Reads the body.</summary>
    /// <exception cref="RequestException">It is too large, empty, or none of the forms.</exception>
    public static async Task<ImageBody> ReadAsync(HttpContext context, BodyReader reader, QueryValues values, CancellationToken cancellationToken)
    {
        var body = new ImageBody();
        try
        {
            await body.ReadFormsAsync(context, reader, values, cancellationToken).ConfigureAwait(false);
            return body._images.Count > 0 ? body : throw RequestException.Body("Expected an image in the body, found none.");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var image in _images)
        {
            image.Dispose();
        }
    }

    private async Task ReadFormsAsync(HttpContext context, BodyReader reader, QueryValues values, CancellationToken cancellationToken)
    {
        var type = BodyReader.ContentType(context.Request);
        if (type == "multipart/form-data")
        {
            await ReadPartsAsync(context, reader, values, cancellationToken).ConfigureAwait(false);
        }
        else if (type == "application/json")
        {
            using var json = await JsonBody.ReadAsync(context, reader, ["image", "images"], cancellationToken).ConfigureAwait(false);
            IsBatch = json.Has("images");
            foreach (var image in json.TakeImages("image").Concat(json.TakeImages("images")))
            {
                Add(await reader.OpenAsync(image, cancellationToken).ConfigureAwait(false), reader);
            }

            json.AddOptions(values);
        }
        else if (type is "" or "application/octet-stream" or "application/x-www-form-urlencoded" || type.StartsWith("image/", StringComparison.Ordinal))
        {
            // What curl's --data-binary sends unless it is told otherwise is a form by name only.
            var bytes = await reader.ReadBodyAsync(context, cancellationToken).ConfigureAwait(false);
            Add(new ImageUpload(bytes.Memory, null, bytes), reader);
        }
        else
        {
            throw RequestException.NoImage($"Expected an image, application/octet-stream, multipart/form-data or application/json; found '{type}'.");
        }
    }

    private async Task ReadPartsAsync(HttpContext context, BodyReader reader, QueryValues values, CancellationToken cancellationToken)
    {
        var boundary = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var media) ? HeaderUtilities.RemoveQuotes(media.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 200)
        {
            throw RequestException.Body("Expected a boundary in the content type of multipart/form-data, found none.");
        }

        var parts = new MultipartReader(boundary, reader.OpenForm(context));
        try
        {
            while (await parts.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } part)
            {
                await ReadPartAsync(part, reader, values, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw RequestException.Body("Expected whole multipart/form-data, found a body that breaks off or is none.", e);
        }

        IsBatch = _images.Count > 1;
    }

    private async Task ReadPartAsync(MultipartSection part, BodyReader reader, QueryValues values, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
        {
            throw RequestException.Body("Expected a content disposition in every part of multipart/form-data, found one without.");
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
        var file = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
        var bytes = await reader.ReadAsync(part.Body, cancellationToken).ConfigureAwait(false);
        if (file is not null || name == "image" || part.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true)
        {
            Add(new ImageUpload(bytes.Memory, string.IsNullOrEmpty(file) ? name : file, bytes), reader);
            return;
        }

        using (bytes)
        {
            values.Add(name, bytes.Length <= 8192 ? Encoding.UTF8.GetString(bytes.Memory.Span) : throw RequestException.Field(name, "expected at most 8192 bytes"));
        }
    }

    private void Add(ImageUpload image, BodyReader reader)
    {
        _images.Add(image);
        if (_images.Count > reader.MaxImages)
        {
            throw new RequestException(StatusCodes.Status413PayloadTooLarge, "body", $"Expected at most {reader.MaxImages} images in a request, found more.");
        }
    }
}
