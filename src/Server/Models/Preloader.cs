using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Models;

/// <summary>Loads and warms up what the options name, before the server is ready.</summary>
internal sealed class Preloader(PplcnetServerOptions options, Predictors predictors)
{
    /// <summary>The default model of every task.</summary>
    public static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        ["ocr"] = OcrEngine.DefaultModel,
        ["detect"] = Detector.DefaultModel,
        ["segment"] = Segmenter.DefaultModel,
        ["classify"] = Classifier.DefaultModel,
        ["embed"] = Embedder.DefaultModel,
        ["analyse"] = ImageAnalyzer.DefaultModel,
    };

    /// <summary>Loads everything; models that are named twice are loaded once.</summary>
    /// <exception cref="ModelNotFoundException">A name is none of a task or a model.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var leases = await Task.WhenAll(options.Preload.Select(n => LoadAsync(n, cancellationToken))).ConfigureAwait(false);
        foreach (var lease in leases)
        {
            lease.Dispose();
        }
    }

    /// <summary>Checks the names without loading.</summary>
    /// <exception cref="ModelNotFoundException">A name is none of a task or a model.</exception>
    public static void Check(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            _ = TaskOf(name);
        }
    }

    private static (string Task, string Model) TaskOf(string name)
    {
        if (Defaults.TryGetValue(name, out var model))
        {
            return (name, model);
        }

        try
        {
            return (name.Contains('+', StringComparison.Ordinal) ? "ocr" : ModelNames.Find(name).Task, name);
        }
        catch (RequestException)
        {
            throw new ModelNotFoundException(name, $"'{name}': expected a task ({string.Join(", ", Defaults.Keys)}) or a model to preload, found neither.");
        }
    }

    private async Task<IDisposable> LoadAsync(string name, CancellationToken cancellationToken)
    {
        var (task, model) = TaskOf(name);
        return task switch
        {
            "ocr" => await predictors.OcrAsync(model, cancellationToken, pin: true).ConfigureAwait(false),
            "detect" or "detection" => await predictors.DetectorAsync(model, cancellationToken, pin: true).ConfigureAwait(false),
            "segment" or "segmentation" => await predictors.SegmenterAsync(model, anySize: false, cancellationToken, pin: true).ConfigureAwait(false),
            "classify" or "classification" or "orientation" => await predictors.ClassifierAsync(model, cancellationToken, pin: true).ConfigureAwait(false),
            "embed" or "embedding" => await predictors.EmbedderAsync(model, cancellationToken, pin: true).ConfigureAwait(false),
            "analyse" or "analysis" => await predictors.AnalyzerAsync(model, embedding: false, cancellationToken, pin: true).ConfigureAwait(false),
            _ => throw new ModelNotFoundException(model, $"'{model}': expected a model that answers a task by itself, found one of task '{task}'."),
        };
    }
}
