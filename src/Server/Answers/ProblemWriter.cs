using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Answers;

/// <summary>Writes faults: as problem details (RFC 9457), or in the form of the protocol whose route was asked.</summary>
internal static class ProblemWriter
{
    /// <summary>Answers a request with a fault, unless an answer has begun.</summary>
    public static async Task WriteAsync(HttpContext context, Fault fault)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // a broken answer must not look like a whole one
            return;
        }

        var headers = context.Response.Headers.Where(h => h.Key is "Connection" or "X-Request-Id" or "X-Content-Type-Options" or "Access-Control-Allow-Origin" or "Vary" or "Allow").ToArray();
        context.Response.Clear();
        foreach (var header in headers)
        {
            context.Response.Headers[header.Key] = header.Value;
        }

        context.Response.StatusCode = fault.Status;
        context.Response.Headers.CacheControl = "no-store";
        if (fault.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = $"{seconds}";
        }

        if (fault.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var body = new ArrayBufferWriter<byte>(256);
        var form = FaultForm.Of(context);
        using (var json = new Utf8JsonWriter(body, JsonOutput.Options))
        {
            form.Write(json, fault, RequestTrace.Of(context).Id);
        }

        context.Response.ContentType = form.ContentType;
        context.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Problem details.</summary>
    public static void WriteProblem(Utf8JsonWriter json, Fault fault, string requestId)
    {
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(fault.Status));
        json.WriteNumber("status", fault.Status);
        json.WriteString("detail", fault.Detail);
        json.WriteString("code", fault.Code);
        json.WriteString("requestId", requestId);
        if (fault.Errors is { } errors)
        {
            json.WriteStartObject("errors");
            foreach (var (name, messages) in errors)
            {
                json.WriteStartArray(name);
                foreach (var message in messages)
                {
                    json.WriteStringValue(message);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
