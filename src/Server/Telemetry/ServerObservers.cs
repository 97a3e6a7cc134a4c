using PPLCNet.Vision.Server.Galleries;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Queueing;

namespace PPLCNet.Vision.Server.Telemetry;

/// <summary>Connects gauges with what they show.</summary>
internal static class ServerObservers
{
    /// <summary>Connects the gauges of the queue, the models and the galleries.</summary>
    public static void Connect(IServiceProvider services)
    {
        var (queue, models, galleries) = (
            services.GetRequiredService<WorkQueue>(), services.GetRequiredService<ModelPool>(), services.GetRequiredService<GalleryStore>());
        services.GetRequiredService<ServerMetrics>().Observe(() => queue.Waiting, () => models.Loaded.Count, galleries.Counts);
    }
}
