using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Extensions;

/// <summary>One registered predictor; the options are named after its service key.</summary>
/// <typeparam name="TDefaults">The options of its calls, for example <see cref="Detection.DetectionOptions"/>.</typeparam>
public sealed class PredictorServiceOptions<TDefaults>
    where TDefaults : class
{
    /// <summary>A name of the catalog or the path of a file; null takes the task's default model.</summary>
    public string? Model { get; set; }

    /// <summary>
    /// How the model is loaded, also as the predictor's own kind, for example <see cref="Ocr.OcrEngineOptions"/>; null takes
    /// <see cref="PplcnetOptions.Load"/>.
    /// </summary>
    public ModelOptions? Load { get; set; }

    /// <summary>What a call without options does; null takes the predictor's own defaults.</summary>
    public TDefaults? Defaults { get; set; }
}
