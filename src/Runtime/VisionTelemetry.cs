using System.Diagnostics;
using System.Diagnostics.Metrics;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// Traces and metrics of the suite, for OpenTelemetry or any other listener: one activity per prediction, the duration of
/// each stage, images and model loads. They cost nothing while no one listens.
/// </summary>
public static class VisionTelemetry
{
    /// <summary>Name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string Name = "PPLCNet.Vision";

    private static readonly ActivitySource _source = new(Name);
    private static readonly Meter _meter = new(Name);

    private static readonly Histogram<double> _stages = _meter.CreateHistogram<double>(
        "pplcnet.stage.duration",
        "s",
        "Duration of a stage of a prediction: decode, preprocess, run, postprocess.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private static readonly Counter<long> _images = _meter.CreateCounter<long>("pplcnet.images", "{image}", "Images answered.");
    private static readonly Counter<long> _loads = _meter.CreateCounter<long>("pplcnet.model.loads", "{model}", "Models loaded.");

    /// <summary>Starts the activity of one prediction; null while no one listens.</summary>
    internal static Activity? StartPrediction(ModelManifest model)
    {
        if (!_source.HasListeners())
        {
            return null;
        }

        var activity = _source.StartActivity(model.Task);
        activity?.SetTag("pplcnet.model", model.Name);
        return activity;
    }

    /// <summary>Records the stages of a prediction.</summary>
    internal static void Record(ModelManifest model, StageTimings timings, int images)
    {
        if (_images.Enabled)
        {
            _images.Add(images, new KeyValuePair<string, object?>("pplcnet.model", model.Name));
        }

        if (_stages.Enabled)
        {
            Stage(model, "decode", timings.Decode);
            Stage(model, "preprocess", timings.Preprocess);
            Stage(model, "run", timings.Run);
            Stage(model, "postprocess", timings.Postprocess);
        }
    }

    /// <summary>Counts a session that was made.</summary>
    internal static void RecordLoad(string model)
    {
        if (_loads.Enabled)
        {
            _loads.Add(1, new KeyValuePair<string, object?>("pplcnet.model", model));
        }
    }

    private static void Stage(ModelManifest model, string stage, double milliseconds) => _stages.Record(
        milliseconds / 1000,
        new KeyValuePair<string, object?>("pplcnet.model", model.Name),
        new KeyValuePair<string, object?>("pplcnet.stage", stage));
}
