using Microsoft.Extensions.DependencyInjection.Extensions;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Galleries;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.OpenAI;
using PPLCNet.Vision.Server.PaddleX;
using PPLCNet.Vision.Server.Queueing;
using PPLCNet.Vision.Server.Requests;
using PPLCNet.Vision.Server.Tasks;
using PPLCNet.Vision.Server.Telemetry;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>Adds the server's services to an ASP.NET Core application.</summary>
public static class PplcnetServiceExtensions
{
    /// <summary>
    /// Adds what <see cref="PplcnetEndpointExtensions.MapPplcnet"/> needs: models, the queue and its workers, keys, galleries.
    /// Models in <see cref="PplcnetServerOptions.Preload"/> are loaded when the application has started.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="options">How the server works; null takes the defaults.</param>
    public static IServiceCollection AddPplcnetServer(this IServiceCollection services, PplcnetServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(options ?? new PplcnetServerOptions());
        services.TryAddSingleton<ServerMetrics>();
        services.TryAddSingleton<Readiness>();
        services.TryAddSingleton<ApiKeys>();
        services.TryAddSingleton<ImageFetcher>();
        services.TryAddSingleton<BodyBudget>();
        services.TryAddSingleton<BodyReader>();
        services.TryAddSingleton<WorkQueue>();
        services.TryAddSingleton<ImageWork>();
        services.TryAddSingleton<ModelPool>();
        services.TryAddSingleton<Predictors>();
        services.TryAddSingleton<Preloader>();
        services.TryAddSingleton<EndpointGuard>();
        services.TryAddSingleton<TaskEndpoint>();
        services.TryAddSingleton<TaskList>();
        services.TryAddSingleton<GalleryStore>();
        services.TryAddSingleton<ItemWriter>();
        services.TryAddSingleton<GalleryEndpoints>();
        services.TryAddSingleton<ItemEndpoints>();
        services.TryAddSingleton<ModelEndpoints>();
        services.TryAddSingleton<EmbeddingsRoute>();
        services.TryAddSingleton<OcrRoute>();
        services.TryAddSingleton<LayoutRoute>();
        services.TryAddSingleton<TaskRoutes>();
        services.TryAddSingleton<ShituRoutes>();
        services.TryAddSingleton<PaddleRoutes>();
        services.TryAddSingleton<Lifecycle>();
        services.AddHostedService(s => s.GetRequiredService<Lifecycle>());
        return services;
    }
}
