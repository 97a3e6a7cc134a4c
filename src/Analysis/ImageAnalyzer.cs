using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Analysis;

/// <summary>A graph with several heads and the reading of each output. Immutable and safe to share between threads.</summary>
internal sealed class ImageAnalyzer : IDisposable
{
    private readonly ImageModel _model;
    private readonly string? _classes;
    private readonly string? _embedding;
    private readonly HeadMask? _mask;
    private readonly HeadDetections? _objects;
    private readonly IReadOnlyList<string> _labels;

    private ImageAnalyzer(ImageModel model, IReadOnlyList<HeadRequest> heads, IReadOnlyList<string> labels, string fingerprint, float score)
    {
        _model = model;
        _labels = labels;
        _classes = heads.FirstOrDefault(h => h.Kind == "classification")?.Output;
        _embedding = heads.FirstOrDefault(h => h.Kind == "embedding")?.Output;
        _mask = heads.FirstOrDefault(h => h.Kind == "deeplabv3p") is { } mask ? new HeadMask(mask) : null;
        _objects = heads.FirstOrDefault(h => h.Kind == "picodet") is { } boxes
            ? new HeadDetections(boxes, model.Outputs, model.Preprocess.Size, new DetectorOptions { ScoreThreshold = score })
            : null;
        Fingerprint = fingerprint;
    }

    /// <summary>Name of the model.</summary>
    public string Name => _model.Name;

    /// <summary>Tells the vectors of this model and preprocessing from all others.</summary>
    public string Fingerprint { get; }

    /// <summary>Whether one of the heads makes vectors.</summary>
    public bool Embeds => _embedding is not null;

    /// <summary>Length of a vector; 0 without such a head.</summary>
    public int Dimensions => _embedding is null ? 0 : (int)_model.Outputs.First(o => o.Name == _embedding).Shape[1];

    /// <summary>Loads a model of kind <c>pplcnet-heads</c>.</summary>
    /// <param name="nameOrPath">Name or path.</param>
    /// <param name="runtime">Threads and provider.</param>
    /// <param name="embeds">Whether a head that makes vectors is to be in the graph.</param>
    /// <param name="score">Objects at or below this score are left out.</param>
    /// <exception cref="ModelFormatException">No such model, or it does not fit its manifest.</exception>
    public static ImageAnalyzer Load(string nameOrPath, RuntimeOptions runtime, bool embeds, float score)
    {
        var file = ModelCatalog.Default.Find(nameOrPath, "analysis");
        List<HeadRequest> heads = [.. MultiHeadKind.HeadsOf(file.Manifest).Where(h => embeds || h.Kind != "embedding")];
        var size = file.Manifest.Preprocess?.Size;
        if (size is not StretchRule { TensorSize: var (width, height) })
        {
            throw new ModelFormatException(file.Manifest.Name, "a preprocessing that stretches the whole image", size?.GetType().Name ?? "none");
        }

        var kind = new MultiHeadKind(
            [new PicoDetNetworkHead(), new DeepLabV3PlusHead()], new NetworkInput(height, width, 1), heads.Select(h => h.Output).ToHashSet());
        var built = ModelFile.FromBytes(
            NetworkKinds.Default.With(kind).Build(file), file.Manifest with { Network = null, Sha256 = "", Bytes = 0 });
        var model = ImageModel.Load(built, runtime);
        try
        {
            var analyser = new ImageAnalyzer(model, heads, file.ReadLabels(), ModelFingerprint.Of(file), score);
            analyser.CheckLabels();
            return analyser;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>One pass over an image; the neighbours stay open.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ImageAnalysis Analyse(PixelView image, int topK, out StageTimings timings, CancellationToken cancellationToken)
    {
        using var outputs = _model.Run(image, out timings, cancellationToken);
        return new ImageAnalysis
        {
            Classes = _classes is null ? null : Best(outputs.Floats(outputs.IndexOf(_classes)), topK),
            Embedding = _embedding is null ? null : outputs.Floats(outputs.IndexOf(_embedding)).ToArray(),
            Objects = _objects?.Read(outputs, image.Width, image.Height),
            Mask = _mask?.Read(outputs, image.Width, image.Height),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private ClassScore[] Best(ReadOnlySpan<float> scores, int topK)
    {
        var indices = TopK.Indices(scores, topK);
        var best = new ClassScore[indices.Length];
        for (var i = 0; i < best.Length; i++)
        {
            best[i] = new ClassScore(indices[i], _labels[indices[i]], scores[indices[i]]);
        }

        return best;
    }

    private void CheckLabels()
    {
        if (_classes is null)
        {
            return;
        }

        var classes = _model.Outputs.First(o => o.Name == _classes).Shape[1];
        if (classes != _labels.Count)
        {
            throw new ModelFormatException(Name, $"{classes} labels, one a class", $"{_labels.Count}");
        }
    }
}
