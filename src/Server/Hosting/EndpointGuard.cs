using System.Text.RegularExpressions;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Requests;
using PPLCNet.Vision.Server.Telemetry;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>What stands around every endpoint: ids, keys, origins, draining, faults, the log line.</summary>
internal sealed partial class EndpointGuard(
    PplcnetServerOptions options, ApiKeys keys, Readiness readiness, ServerMetrics metrics, ILogger<EndpointGuard> log)
{
    private const int ClientClosedRequest = 499;

    /// <summary>An endpoint for callers with a role.</summary>
    public RequestDelegate Wrap(Role role, RequestDelegate handler) => context => RunAsync(context, role, handler);

    /// <summary>An endpoint for everybody.</summary>
    public RequestDelegate Open(RequestDelegate handler) => context => RunAsync(context, null, handler);

    /// <summary>Answers what no endpoint answers.</summary>
    public Task RefuseAsync(HttpContext context, int status) => RunAsync(context, null, _ => throw new RequestException(
        status,
        status == StatusCodes.Status404NotFound ? "route" : "method",
        status == StatusCodes.Status404NotFound ? "There is no such route." : "This route does not take this method."));

    private async Task RunAsync(HttpContext context, Role? role, RequestDelegate handler)
    {
        var trace = Begin(context);
        try
        {
            if (role is { } needed)
            {
                CrossSite.CheckHost(context.Request, options); // not for health: orchestrators ask by the address of the day
                CheckDraining(context);
                Authorize(context, needed);
                CrossSite.Check(context.Request, options);
            }

            await handler(context).ConfigureAwait(false);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            trace.Code = "aborted";
            context.Response.StatusCode = context.Response.HasStarted ? context.Response.StatusCode : ClientClosedRequest;
        }
        catch (Exception e)
        {
            var fault = Fault.Of(e);
            (trace.Code, trace.Rejection) = (fault.Code, fault.Rejection);
            if (fault.IsOurs)
            {
                LogFailure(log, e, trace.Id);
            }

            await ProblemWriter.WriteAsync(context, fault).ConfigureAwait(false);
        }
        finally
        {
            End(context, trace);
        }
    }

    private static RequestTrace Begin(HttpContext context)
    {
        var wanted = context.Request.Headers["X-Request-Id"].ToString();
        var trace = new RequestTrace(RequestId().IsMatch(wanted) ? wanted : Guid.NewGuid().ToString());
        context.Items[typeof(RequestTrace)] = trace;
        context.Response.Headers["X-Request-Id"] = trace.Id;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return trace;
    }

    private void CheckDraining(HttpContext context)
    {
        if (readiness.IsDraining)
        {
            context.Response.Headers.Connection = "close";
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, "draining", "The server is about to end.") { RetryAfter = 1 };
        }
    }

    private void Authorize(HttpContext context, Role needed)
    {
        var rights = keys.Find(context.Request)
            ?? throw new RequestException(StatusCodes.Status401Unauthorized, "key", "Expected a key of this server, found none.");
        if (rights.Role < needed)
        {
            throw new RequestException(StatusCodes.Status403Forbidden, "key", $"The key has the role {Name(rights.Role)}; this needs {Name(needed)}.");
        }

        CallerRightsFeature.Set(context, rights);
    }

    private static string Name(Role role) => role switch { Role.Admin => "admin", Role.Write => "write", _ => "read" };

    private void End(HttpContext context, RequestTrace trace)
    {
        var status = context.Response.StatusCode;
        metrics.Answered(trace, status);
        if ((trace.Task.Length > 0 || status >= 400) && log.IsEnabled(LogLevel.Information))
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
            LogRequest(
                log, trace.Id, context.Request.Method, route, status, trace.Code, trace.Task, trace.Model, trace.Bytes, trace.Size, trace.Images,
                trace.Queue, trace.Stages.Run, trace.Elapsed.TotalMilliseconds);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex RequestId();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} {Method} {Route} {Status} {Code} task={Task} model={Model} bytes={Bytes} size={Size} images={Images} queue={QueueMs} run={RunMs} total={TotalMs}")]
    private static partial void LogRequest(
        ILogger logger, string id, string method, string route, int status, string code, string task, string model, long bytes, string size, int images,
        double queueMs, double runMs, double totalMs);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} failed")]
    private static partial void LogFailure(ILogger logger, Exception exception, string id);
}
