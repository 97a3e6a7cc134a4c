using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Analysis;

/// <summary>What the heads of one pass say about an image; null where the model has no such head or it was not asked.</summary>
public sealed record ImageAnalysis : IPrediction<ImageAnalysis>
{
    /// <summary>The best classes.</summary>
    public ClassificationResult? Classes { get; init; }

    /// <summary>A vector of length 1.</summary>
    public ReadOnlyMemory<float>? Embedding { get; init; }

    /// <summary>The nearest items of the gallery.</summary>
    public IReadOnlyList<VectorMatch>? Neighbors { get; init; }

    /// <summary>Objects, best first.</summary>
    public Detections? Objects { get; init; }

    /// <summary>The class of every pixel.</summary>
    public SegmentationResult? Mask { get; init; }

    /// <inheritdoc/>
    public StageTimings Timings { get; init; }

    /// <summary>The image with the mask, the boxes over it, and the classes in a legend.</summary>
    /// <exception cref="ArgumentException">The image has another size than the one that was analyzed.</exception>
    public PixelBuffer Draw(ImageSource image) => AnalysisDrawing.Draw(this, image);

    /// <inheritdoc/>
    public ImageAnalysis WithTimings(StageTimings timings) => this with { Timings = timings };
}
