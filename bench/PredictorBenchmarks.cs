using BenchmarkDotNet.Attributes;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Bench;

/// <summary>
/// Whole calls of the default models on a decoded photo, one thread, with what they allocate:
/// <c>--filter *PredictorBenchmarks*</c>.
/// </summary>
[MemoryDiagnoser]
public class PredictorBenchmarks
{
    private readonly PixelBuffer _image = ImageFile.Read(Sample("motorcycle.jpg"));
    private readonly Detector _detector = Detector.Load();
    private readonly Segmenter _segmenter = Segmenter.Load();
    private readonly Classifier _classifier = Classifier.Load();
    private readonly Embedder _embedder = Embedder.Load();

    /// <summary>Boxes of everyday objects.</summary>
    [Benchmark]
    public Detections Detect() => _detector.Detect(_image);

    /// <summary>A class for each pixel.</summary>
    [Benchmark]
    public SegmentationResult Segment() => _segmenter.Segment(_image);

    /// <summary>Scores of the classes.</summary>
    [Benchmark]
    public ClassificationResult Classify() => _classifier.Classify(_image);

    /// <summary>A vector for search.</summary>
    [Benchmark]
    public EmbeddingResult Embed() => _embedder.Embed(_image);

    /// <summary>Disposes the sessions.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _detector.Dispose();
        _segmenter.Dispose();
        _classifier.Dispose();
        _embedder.Dispose();
    }

    // Benchmarks run in a folder of their own below the repository.
    private static string Sample(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "samples", name)))
            {
                return Path.Combine(folder.FullName, "samples", name);
            }
        }

        throw new FileNotFoundException($"Expected 'samples/{name}' above '{AppContext.BaseDirectory}', found none.");
    }
}
