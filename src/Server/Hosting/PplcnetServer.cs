using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using PPLCNet.Vision.Server.OpenApi;
using PPLCNet.Vision.Server.Telemetry;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>The server as an application of its own.</summary>
internal static class PplcnetServer
{
    private const int MostConnections = 1000;

    /// <summary>Builds the application; it is not started.</summary>
    /// <param name="options">How the server works.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="log">Form of the log: <c>json</c>, <c>text</c> or <c>none</c>.</param>
    public static WebApplication Build(PplcnetServerOptions options, IPAddress address, int port, string log = "json")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        AddLog(builder.Logging, log);
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = options.Drain + options.Timeout + TimeSpan.FromSeconds(5));
        builder.Services.AddPplcnetServer(options);
        ServerTelemetry.Add(builder.Services);
        builder.Services.AddOpenApi(o => o.AddDocumentTransformer<ApiDescription>());
        if (options.CorsOrigins.Count > 0)
        {
            builder.Services.AddCors(c => c.AddDefaultPolicy(p => p.WithOrigins([.. options.CorsOrigins]).AllowAnyHeader().AllowAnyMethod()));
        }

        builder.Services.AddResponseCompression(c => c.MimeTypes = ["application/json"]);
        builder.Services.Configure<BrotliCompressionProviderOptions>(b => b.Level = System.IO.Compression.CompressionLevel.Fastest);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxJsonBytes; // routes that read bodies have limits of their own
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            Listen(kestrel, address, port);
            if (options.AdminPort is { } admin)
            {
                Listen(kestrel, address, admin);
            }
        });
        var app = builder.Build();
        ServerTelemetry.Map(app, options);
        app.UseResponseCompression();
        app.UseRouting();
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors();
        }

        app.Use(RefuseUnknownAsync);
        app.MapPplcnet();
        app.MapOpenApi();
        return app;
    }

    /// <summary>The addresses at which a started server listens, the main one first.</summary>
    public static IReadOnlyList<string> Addresses(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    private static void Listen(KestrelServerOptions kestrel, IPAddress address, int port)
    {
        if (IPAddress.IPv6Any.Equals(address))
        {
            kestrel.ListenAnyIP(port);
            return;
        }

        kestrel.Listen(address, port);
    }

    /// <summary>Routes that do not exist, and methods that routes do not take, are faults like any other.</summary>
    private static async Task RefuseUnknownAsync(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is null || endpoint.DisplayName?.StartsWith("405", StringComparison.Ordinal) == true)
        {
            if (endpoint is not null)
            {
                await next(context).ConfigureAwait(false); // names the methods that the route takes
            }

            await context.RequestServices.GetRequiredService<EndpointGuard>().RefuseAsync(
                context, endpoint is null ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed).ConfigureAwait(false);
            return;
        }

        await next(context).ConfigureAwait(false);
    }

    private static void AddLog(ILoggingBuilder logging, string form)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        if (form == "json")
        {
            logging.AddJsonConsole(c =>
            {
                c.UseUtcTimestamp = true;
                c.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else if (form == "text")
        {
            logging.AddSimpleConsole(c => c.SingleLine = true);
        }

        // Standard output has the address, for scripts.
        logging.Services.Configure<ConsoleLoggerOptions>(c => c.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
