namespace PPLCNet.Vision.Server.Hosting;

/// <summary>
/// Whether the process lives and whether it should get requests. Neither waits for workers; live never changes, and loading a
/// further model changes neither.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes, EndpointGuard guard)
    {
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        routes.MapGet("/health/live", guard.Open(context => WriteAsync(context, StatusCodes.Status200OK, "live")));
        routes.MapGet("/health/ready", guard.Open(context => readiness.IsReady
            ? WriteAsync(context, StatusCodes.Status200OK, "ready")
            : WriteAsync(context, StatusCodes.Status503ServiceUnavailable, readiness.IsDraining ? "draining" : "loading")));
        routes.MapGet("/health", guard.Open(context => WritePaddleAsync(context, readiness)));
    }

    private static Task WriteAsync(HttpContext context, int status, string state)
    {
        context.Response.StatusCode = status;
        return WriteJsonAsync(context, $$"""{"status":"{{state}}"}""");
    }

    /// <summary>PaddleX's health check, which its clients ask for.</summary>
    private static Task WritePaddleAsync(HttpContext context, Readiness readiness)
    {
        var status = readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        var (code, message) = readiness.IsReady ? (0, "Healthy") : (status, "Not ready");
        context.Response.StatusCode = status;
        return WriteJsonAsync(context, $$"""{"logId":"{{Requests.RequestTrace.Of(context).Id}}","errorCode":{{code}},"errorMsg":"{{message}}"}""");
    }

    private static Task WriteJsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
