using Microsoft.Extensions.DependencyInjection;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Extensions;

/// <summary>
/// Adds predictors to a service collection. Each method takes the model (null: the task's default), the key of the service where
/// there are several of a kind, and the options. Without a key, only one predictor of a kind can be added.
/// </summary>
public sealed class PplcnetBuilder
{
    internal PplcnetBuilder(IServiceCollection services) => Services = services;

    /// <summary>The collection that the predictors are added to.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a <see cref="Detector"/>, also as <see cref="IObjectDetector"/>.</summary>
    /// <param name="model">A name of the catalog or the path of a file.</param>
    /// <param name="key">The service key, for <c>[FromKeyedServices]</c>.</param>
    /// <param name="configure">Loading and defaults.</param>
    /// <exception cref="InvalidOperationException">A detector with this key was added already.</exception>
    public PplcnetBuilder AddDetector(
        string? model = null, string? key = null, Action<PredictorServiceOptions<DetectionOptions>>? configure = null) =>
        Add(PredictorServices.Detector, model, key, configure).Alias<IObjectDetector, Detector>(key);

    /// <summary>Adds a <see cref="Segmenter"/>.</summary>
    /// <inheritdoc cref="AddDetector" path="/param"/>
    /// <exception cref="InvalidOperationException">A segmenter with this key was added already.</exception>
    public PplcnetBuilder AddSegmenter(
        string? model = null, string? key = null, Action<PredictorServiceOptions<SegmentationOptions>>? configure = null) =>
        Add(PredictorServices.Segmenter, model, key, configure);

    /// <summary>Adds a <see cref="Classifier"/>.</summary>
    /// <inheritdoc cref="AddDetector" path="/param"/>
    /// <exception cref="InvalidOperationException">A classifier with this key was added already.</exception>
    public PplcnetBuilder AddClassifier(
        string? model = null, string? key = null, Action<PredictorServiceOptions<ClassificationOptions>>? configure = null) =>
        Add(PredictorServices.Classifier, model, key, configure);

    /// <summary>Adds an <see cref="Embedder"/>.</summary>
    /// <inheritdoc cref="AddDetector" path="/param"/>
    /// <exception cref="InvalidOperationException">An embedder with this key was added already.</exception>
    public PplcnetBuilder AddEmbedder(
        string? model = null, string? key = null, Action<PredictorServiceOptions<EmbeddingOptions>>? configure = null) =>
        Add(PredictorServices.Embedder, model, key, configure);

    /// <summary>Adds an <see cref="OcrEngine"/>.</summary>
    /// <param name="model">A pair of models by name, see <see cref="OcrEngine.Load"/>.</param>
    /// <param name="key">The service key, for <c>[FromKeyedServices]</c>.</param>
    /// <param name="configure">Loading and defaults.</param>
    /// <exception cref="InvalidOperationException">An engine with this key was added already.</exception>
    public PplcnetBuilder AddOcr(
        string? model = null, string? key = null, Action<PredictorServiceOptions<OcrOptions>>? configure = null) =>
        Add(PredictorServices.Ocr, model, key, configure);

    private PplcnetBuilder Add<TPredictor, TDefaults>(
        PredictorService<TPredictor, TDefaults> service,
        string? model,
        string? key,
        Action<PredictorServiceOptions<TDefaults>>? configure)
        where TPredictor : class, IDisposable
        where TDefaults : class
    {
        service.AddTo(Services, model, key, configure);
        return this;
    }

    /// <summary>The same singleton under its interface.</summary>
    private PplcnetBuilder Alias<TContract, TPredictor>(string? key)
        where TContract : class
        where TPredictor : class, TContract
    {
        if (key is null)
        {
            Services.AddSingleton<TContract>(services => services.GetRequiredService<TPredictor>());
        }
        else
        {
            Services.AddKeyedSingleton<TContract>(key, (services, k) => services.GetRequiredKeyedService<TPredictor>(k));
        }

        return this;
    }
}
