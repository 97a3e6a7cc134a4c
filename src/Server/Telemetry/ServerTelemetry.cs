using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Server.Telemetry;

/// <summary>
/// Metrics as Prometheus text, and traces and metrics by OTLP where the usual variables (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and
/// its relatives) name a collector.
/// </summary>
internal static class ServerTelemetry
{
    private const string Path = "/metrics";

    /// <summary>Adds the services.</summary>
    public static void Add(IServiceCollection services)
    {
        var hasCollector = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Any(k => k.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.Ordinal) && k.EndsWith("ENDPOINT", StringComparison.Ordinal));
        var builder = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("pplcnet"))
            .WithMetrics(m =>
            {
                m.AddMeter(VisionTelemetry.Name, ServerMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (hasCollector)
                {
                    m.AddOtlpExporter();
                }
            });
        if (hasCollector)
        {
            builder.WithTracing(t => t.AddSource(VisionTelemetry.Name).AddAspNetCoreInstrumentation().AddOtlpExporter());
        }
    }

    /// <summary>
    /// Serves the metrics: on the administrators' port without a key, on the main port to keys of administrators. The
    /// administrators' port serves nothing else but health.
    /// </summary>
    public static void Map(WebApplication app, PplcnetServerOptions options)
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == Path
            && (IsAdmin(context) || (options.AdminPort is null && keys.Find(context.Request)?.Role == Role.Admin)));
        app.Use((context, next) => IsAdmin(context) && !context.Request.Path.StartsWithSegments("/health")
            ? context.RequestServices.GetRequiredService<EndpointGuard>().RefuseAsync(context, StatusCodes.Status404NotFound)
            : next(context));

        bool IsAdmin(HttpContext context) => options.AdminPort is { } port && context.Connection.LocalPort == port;
    }
}
