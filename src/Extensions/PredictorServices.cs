using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Extensions;

/// <summary>The predictors that can be services: how each is loaded and how its defaults are checked.</summary>
internal static class PredictorServices
{
    /// <summary>Objects.</summary>
    public static PredictorService<Detector, DetectionOptions> Detector { get; } = new(
        "detector",
        Vision.Detection.Detector.DefaultModel,
        (model, load, defaults) => View(Vision.Detection.Detector.Load(model, load), defaults, (p, d) => p.With(d)),
        options => options.ToNms(new DetectionSettings()));

    /// <summary>Masks.</summary>
    public static PredictorService<Segmenter, SegmentationOptions> Segmenter { get; } = new(
        "segmenter",
        Segmentation.Segmenter.DefaultModel,
        (model, load, defaults) => View(Segmentation.Segmenter.Load(model, load), defaults, (p, d) => p.With(d)),
        options => options.Validate());

    /// <summary>Classes.</summary>
    public static PredictorService<Classifier, ClassificationOptions> Classifier { get; } = new(
        "classifier",
        Runtime.Classification.Classifier.DefaultModel,
        (model, load, defaults) => View(Runtime.Classification.Classifier.Load(model, load), defaults, (p, d) => p.With(d)),
        options => options.Validate());

    /// <summary>Vectors.</summary>
    public static PredictorService<Embedder, EmbeddingOptions> Embedder { get; } = new(
        "embedder",
        Retrieval.Embedders.Embedder.DefaultModel,
        (model, load, defaults) => View(Retrieval.Embedders.Embedder.Load(model, load), defaults, (p, d) => p.With(d)),
        _ => { });

    /// <summary>Text.</summary>
    public static PredictorService<OcrEngine, OcrOptions> Ocr { get; } = new(
        "OCR engine",
        OcrEngine.DefaultModel,
        (model, load, defaults) => OcrEngine.Load(model, ForOcr(load), defaults),
        options => options.Validate());

    /// <summary>What several models can share; <see cref="OcrEngineOptions"/> of the caller stay as they are.</summary>
    private static OcrEngineOptions ForOcr(ModelOptions load) => load as OcrEngineOptions ?? new OcrEngineOptions
    {
        Runtime = load.Runtime,
        Catalog = load.Catalog,
        Kinds = load.Kinds,
        ImageLimits = load.ImageLimits,
        BatchSize = load.BatchSize,
    };

    /// <summary>The predictor with other defaults; the view owns the model, so the first owner lets go.</summary>
    private static T View<T, TDefaults>(T predictor, TDefaults? defaults, Func<T, TDefaults, T> with)
        where T : IDisposable
        where TDefaults : class
    {
        if (defaults is null)
        {
            return predictor;
        }

        using (predictor)
        {
            return with(predictor, defaults);
        }
    }
}
