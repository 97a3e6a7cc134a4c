using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Galleries;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.OpenAI;
using PPLCNet.Vision.Server.PaddleX;
using PPLCNet.Vision.Server.Page;
using PPLCNet.Vision.Server.Tasks;
using PPLCNet.Vision.Server.Telemetry;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>Maps the server's endpoints in an ASP.NET Core application.</summary>
public static class PplcnetEndpointExtensions
{
    /// <summary>Maps every route of the server; call <see cref="PplcnetServiceExtensions.AddPplcnetServer"/> first.</summary>
    /// <param name="routes">The application, or a group of routes.</param>
    public static IEndpointRouteBuilder MapPplcnet(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var guard = routes.ServiceProvider.GetRequiredService<EndpointGuard>();
        HealthEndpoints.Map(routes, guard);
        var endpoint = routes.ServiceProvider.GetRequiredService<TaskEndpoint>();
        foreach (var task in routes.ServiceProvider.GetRequiredService<TaskList>().Tasks)
        {
            routes.MapPost($"/v1/{task.Name}", guard.Wrap(Role.Read, context => endpoint.HandleAsync(context, task))).WithMetadata(task);
        }

        var embeddings = routes.ServiceProvider.GetRequiredService<EmbeddingsRoute>();
        routes.MapPost(EmbeddingsRoute.Path, guard.Wrap(Role.Read, embeddings.HandleAsync)).WithMetadata(FaultForm.OpenAI);
        routes.ServiceProvider.GetRequiredService<ModelEndpoints>().Map(routes, guard);
        routes.ServiceProvider.GetRequiredService<GalleryEndpoints>().Map(routes, guard);
        routes.ServiceProvider.GetRequiredService<ItemEndpoints>().Map(routes, guard);
        routes.ServiceProvider.GetRequiredService<PaddleRoutes>().Map(routes, guard);
        PageEndpoints.Map(routes, guard);
        ServerObservers.Connect(routes.ServiceProvider);
        return routes;
    }
}
