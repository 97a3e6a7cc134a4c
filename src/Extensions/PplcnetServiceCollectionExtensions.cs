using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace PPLCNet.Vision.Extensions;

/// <summary>Registers predictors as services.</summary>
public static class PplcnetServiceCollectionExtensions
{
    /// <summary>
    /// Starts the registration of predictors: one line a task follows. Every predictor is a singleton that loads its model when
    /// it is first resolved and is disposed with the provider.
    /// </summary>
    /// <example><code>
    /// services.AddPplcnet().AddDetector().AddSegmenter().AddClassifier().AddEmbedder().AddOcr();
    /// services.AddPplcnet().AddDetector("picodet-x1.0-layout", key: "pages");
    /// </code></example>
    /// <param name="services">The collection; several calls add up.</param>
    /// <param name="configure">Threads, catalog and limits of every model.</param>
    public static PplcnetBuilder AddPplcnet(this IServiceCollection services, Action<PplcnetOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<PplcnetOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PplcnetOptions>, PplcnetOptionsValidation>());
        services.TryAddSingleton<ModelLoader>();
        return new PplcnetBuilder(services);
    }
}
