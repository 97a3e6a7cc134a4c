using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Server.Models;

/// <summary>The predictors of the tasks by the names of their models: each loaded once and warmed up. Thread-safe.</summary>
internal sealed class Predictors(ModelPool pool, PplcnetServerOptions options)
{
    private RuntimeOptions Runtime => new() { Threads = options.Threads, Provider = options.Provider };

    private ModelOptions Load => new() { Runtime = Runtime, ImageLimits = options.ImageLimits };

    /// <summary>Reads text.</summary>
    public Task<ModelLease<OcrEngine>> OcrAsync(string name, CancellationToken cancellationToken, bool pin = false)
    {
        ModelNames.Check(name, "ocr");
        return pool.LeaseAsync(new ModelKey("ocr", name), LoadOcr, pin, cancellationToken);

        OcrEngine LoadOcr()
        {
            var engine = OcrEngine.Load(name, new OcrEngineOptions { Runtime = Runtime, ImageLimits = options.ImageLimits });
            return Warmed(engine, e => WarmUp.Images.ToList().ForEach(i => e.Read(i)));
        }
    }

    /// <summary>Finds objects or regions.</summary>
    public Task<ModelLease<Detector>> DetectorAsync(string name, CancellationToken cancellationToken, bool pin = false)
    {
        ModelNames.Check(name, "detection");
        return pool.LeaseAsync(
            new ModelKey("detect", name), () => Warmed(Detector.Load(name, Load), d => d.Detect(WarmUp.Image)), pin, cancellationToken);
    }

    /// <summary>Tells the class of every pixel.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="anySize">Whether runs at other sizes are asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="pin">Whether to keep the model.</param>
    public Task<ModelLease<Segmenter>> SegmenterAsync(string name, bool anySize, CancellationToken cancellationToken, bool pin = false)
    {
        ModelNames.Check(name, "segmentation");
        var load = new SegmenterOptions { Runtime = Runtime, ImageLimits = options.ImageLimits, AnySize = anySize };
        return pool.LeaseAsync(
            new ModelKey("segment", name, anySize ? "any-size" : ""),
            () => Warmed(Segmenter.Load(name, load), s => s.Segment(WarmUp.Image)),
            pin,
            cancellationToken);
    }

    /// <summary>Names what an image shows.</summary>
    public Task<ModelLease<Classifier>> ClassifierAsync(string name, CancellationToken cancellationToken, bool pin = false)
    {
        ModelNames.Check(name, "classification", "orientation");
        return pool.LeaseAsync(
            new ModelKey("classify", name), () => Warmed(Classifier.Load(name, Load), c => c.Classify(WarmUp.Image)), pin, cancellationToken);
    }

    /// <summary>Makes vectors.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="pin">Whether to keep the model.</param>
    /// <param name="whitening">A last step that a gallery learned.</param>
    /// <param name="variant">Tells whitenings apart.</param>
    public Task<ModelLease<Embedder>> EmbedderAsync(
        string name, CancellationToken cancellationToken, bool pin = false, PcaWhitening? whitening = null, string variant = "")
    {
        ModelNames.Check(name, "embedding", "classification", "analysis");
        var load = new EmbedderOptions { Runtime = Runtime, ImageLimits = options.ImageLimits, Whitening = whitening };
        return pool.LeaseAsync(
            new ModelKey("embed", name, variant), () => Warmed(Embedder.Load(name, load), e => e.Embed(WarmUp.Image)), pin, cancellationToken);
    }

    /// <summary>Answers with every head of one network.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="embedding">Whether the vector is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="pin">Whether to keep the model.</param>
    public Task<ModelLease<ImageAnalyzer>> AnalyzerAsync(string name, bool embedding, CancellationToken cancellationToken, bool pin = false)
    {
        ModelNames.Check(name, "analysis");
        return pool.LeaseAsync(
            new ModelKey("analyse", name, embedding ? "embedding" : ""),
            () => Warmed(ImageAnalyzer.Load(name, null, embedding, Load), a => a.Analyze(WarmUp.Image)),
            pin,
            cancellationToken);
    }

    private static T Warmed<T>(T model, Action<T> run)
        where T : IDisposable
    {
        try
        {
            run(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
