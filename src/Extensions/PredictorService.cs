using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Extensions;

/// <summary>One kind of predictor as a service.</summary>
/// <param name="Kind">What messages call it.</param>
/// <param name="DefaultModel">The model where none is named.</param>
/// <param name="Load">Loads it.</param>
/// <param name="Check">Throws <see cref="ArgumentException"/> for defaults out of range, before a model is loaded.</param>
internal sealed record PredictorService<TPredictor, TDefaults>(
    string Kind,
    string DefaultModel,
    Func<string, ModelOptions, TDefaults?, TPredictor> Load,
    Action<TDefaults> Check)
    where TPredictor : class, IDisposable
    where TDefaults : class
{
    /// <summary>Registers the singleton and its options.</summary>
    /// <exception cref="InvalidOperationException">There is one with this key already.</exception>
    public void AddTo(
        IServiceCollection services, string? model, string? key, Action<PredictorServiceOptions<TDefaults>>? configure)
    {
        if (key is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(key);
        }

        if (services.Any(s => s.ServiceType == typeof(TPredictor) && Equals(s.ServiceKey, key)))
        {
            throw new InvalidOperationException(key is null
                ? $"The {Kind} without a key was added already; give the second one a key."
                : $"The {Kind} with the key '{key}' was added already; give each one a key of its own.");
        }

        var name = key ?? Options.DefaultName;
        services.AddOptions<PredictorServiceOptions<TDefaults>>(name)
            .Configure(o => o.Model = model)
            .Configure(configure ?? (_ => { }))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<PredictorServiceOptions<TDefaults>>>(
            new PredictorValidation<TDefaults>(name, Label(key), Check));
        if (key is null)
        {
            services.AddSingleton(provider => Resolve(provider, key));
        }
        else
        {
            services.AddKeyedSingleton(key, (provider, _) => Resolve(provider, key));
        }
    }

    private TPredictor Resolve(IServiceProvider provider, string? key)
    {
        var monitor = provider.GetRequiredService<IOptionsMonitor<PredictorServiceOptions<TDefaults>>>();
        var options = monitor.Get(key ?? Options.DefaultName);
        var model = options.Model ?? DefaultModel;
        var loader = provider.GetRequiredService<ModelLoader>();
        return loader.Load(Label(key), model, shared => Load(model, options.Load ?? shared, options.Defaults));
    }

    private string Label(string? key) => key is null ? Kind : $"{Kind} '{key}'";
}
