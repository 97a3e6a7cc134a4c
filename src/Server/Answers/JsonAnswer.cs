using System.Text.Json;

namespace PPLCNet.Vision.Server.Answers;

/// <summary>Writes an answer in JSON.</summary>
internal static class JsonAnswer
{
    /// <summary>Writes a whole value.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonOutput.Options))
        {
            write(json);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Writes an object; <paramref name="fields"/> writes what stands between its braces.</summary>
    public static Task WriteObjectAsync(HttpContext context, Action<Utf8JsonWriter> fields, int status = StatusCodes.Status200OK) =>
        WriteAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                fields(json);
                json.WriteEndObject();
            },
            status);
}
