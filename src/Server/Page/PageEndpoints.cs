using Microsoft.AspNetCore.Http.Headers;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Page;

/// <summary>
/// The page for people at <c>/</c>, and its files below <c>/ui/</c>. They hold no data and need no key; what the page asks for
/// does.
/// </summary>
internal static class PageEndpoints
{
    private const string Start = "page.html";

    // Nothing from other hosts, no inline scripts or styles: recognized text can never become code.
    private const string Policy =
        "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    private static readonly string[] _methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes, EndpointGuard guard)
    {
        // In an application that has a start page of its own, that one is served.
        routes.MapMethods("/", _methods, guard.Open(StartAsync)).ExcludeFromDescription().WithOrder(1);
        routes.MapMethods("/ui/{file}", _methods, guard.Open(FileAsync)).ExcludeFromDescription();
    }

    private static Task StartAsync(HttpContext context)
    {
        if (context.Request.Path.Value is { } path && !path.EndsWith('/'))
        {
            // The page's addresses are relative, so that it also works below the prefix of a group.
            context.Response.Redirect($"{context.Request.PathBase}{context.Request.Path}/");
            return Task.CompletedTask;
        }

        return WriteAsync(context, PageFile.All[Start]);
    }

    private static Task FileAsync(HttpContext context) =>
        context.Request.RouteValues["file"] is string name && name != Start && PageFile.All.TryGetValue(name, out var file)
            ? WriteAsync(context, file)
            : throw RequestException.NotFound("file", "The page has no file of this name.");

    private static async Task WriteAsync(HttpContext context, PageFile file)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = file.Tag;
        headers.CacheControl = new() { NoCache = true }; // kept, and asked for anew with the tag
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (IsKnown(context.Request.GetTypedHeaders(), file))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static bool IsKnown(RequestHeaders headers, PageFile file) =>
        headers.IfNoneMatch.Any(tag => tag.Tag == "*" || tag.Compare(file.Tag, useStrongComparison: false));
}
