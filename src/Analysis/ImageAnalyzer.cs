using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Analysis;

/// <summary>
/// Every head of one shared backbone in one pass: classes, objects, mask, vector, and with a gallery the nearest items.
/// Immutable and safe to share between threads. It owns the model; the gallery belongs to the caller.
/// </summary>
public sealed class ImageAnalyzer : IDisposable
{
    /// <summary>The model that ships.</summary>
    public const string DefaultModel = MultiHeadModel.DefaultModel;

    private readonly MultiHeadModel _model;
    private readonly IVectorIndex? _gallery;
    private readonly ModelOptions _options;
    private readonly ClassificationHead? _classes;
    private readonly EmbeddingHead? _embedding;
    private readonly DetectionHead? _objects;
    private readonly SegmentationHead? _mask;
    private readonly IReadOnlyList<KeyValuePair<string, ClassificationHead>> _added;

    private ImageAnalyzer(MultiHeadModel model, IVectorIndex? gallery, ModelOptions options)
    {
        _model = model;
        _gallery = gallery;
        _options = options;
        _classes = BindIfPresent("classification", ClassificationHead.Bind);
        _embedding = BindIfPresent("embedding", b => EmbeddingHead.Bind(b));
        _objects = BindIfPresent("picodet", DetectionHead.Bind);
        _mask = BindIfPresent("deeplabv3p", SegmentationHead.Bind);
        _added = [.. model.Heads.Where(h => h.IsAdded).Select(h => KeyValuePair.Create(h.Output, model.Bind(h, ClassificationHead.Bind)))];
        Fingerprint = ModelFingerprint.Of(model.File);
    }

    /// <summary>Name of the model.</summary>
    public string Name => _model.Name;

    /// <summary>Tells the vectors of this model and preprocessing from all others.</summary>
    public string Fingerprint { get; }

    /// <summary>Length of a vector; 0 without such a head.</summary>
    public int Dimensions => _embedding?.Dimensions ?? 0;

    /// <summary>Loads a model with several heads.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="gallery">The gallery in which neighbors are looked up; null for none.</param>
    /// <param name="embedding">Whether the vector is computed without a gallery; its head is left out of the graph
    /// otherwise.</param>
    /// <param name="options">Threads, catalog, manifest.</param>
    /// <param name="added">Models with classes of one's own on the same backbone, as <c>pplcnet teach</c> writes them; their
    /// answers are in <see cref="ImageAnalysis.Added"/>.</param>
    /// <exception cref="ModelNotFoundException">A model was not found.</exception>
    /// <exception cref="ModelFormatException">The model does not fit its manifest, the gallery was made by another
    /// model, or an added head belongs to another backbone.</exception>
    /// <exception cref="ArgumentException">Vectors are asked for, and the model has no head that makes them.</exception>
    public static ImageAnalyzer Load(
        ModelSource model = default, IVectorIndex? gallery = null, bool embedding = false, ModelOptions? options = null,
        IReadOnlyList<ModelSource>? added = null)
    {
        options ??= new ModelOptions();
        IReadOnlySet<string>? kinds = embedding || gallery is not null
            ? null
            : new HashSet<string>(["classification", "picodet", "deeplabv3p"]);
        return Loading.Bind(MultiHeadModel.Load(model, kinds, options, added), loaded => Create(loaded, gallery, embedding, options));
    }

    /// <summary>One pass over an image.</summary>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ImageAnalysis Analyze(ImageSource image, AnalysisOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= AnalysisOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Neighbors, 1, nameof(options));
        options.Classification.Validate();
        _objects?.Check(options.Detection);
        using var pass = _model.Run(image, cancellationToken);
        var classes = _classes is null ? null : pass.Read(_classes, options.Classification);
        var vector = _embedding is null ? null : pass.Read(_embedding, EmbeddingOptions.Default);
        var objects = _objects is null ? null : pass.Read(_objects, options.Detection);
        var mask = _mask is null ? null : pass.Read(_mask, options.Segmentation);
        var added = _added.ToDictionary(head => head.Key, head => pass.Read(head.Value, options.Classification));
        var postprocess = added.Values.Sum(a => a.Timings.Postprocess) + (classes?.Timings.Postprocess ?? 0) + (vector?.Timings.Postprocess ?? 0)
            + (objects?.Timings.Postprocess ?? 0) + (mask?.Timings.Postprocess ?? 0);
        return new ImageAnalysis
        {
            Classes = classes,
            Embedding = vector?.ToReadOnlyMemory(),
            Neighbors = vector is null ? null : Neighbors(vector, options.Neighbors, cancellationToken),
            Objects = objects,
            Mask = mask,
            Added = added,
            Timings = pass.Timings with { Postprocess = postprocess },
        };
    }

    /// <summary>One pass over each of many files, in their order.</summary>
    /// <param name="paths">Taken lazily.</param>
    /// <param name="options">Options of the call.</param>
    /// <param name="workers">Images processed concurrently; 0 means one per core.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public IAsyncEnumerable<FileAnswer<ImageAnalysis>> AnalyzeAsync(
        IEnumerable<string> paths, AnalysisOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        ImagePipeline.RunAsync(paths, (image, stop) => Analyze(image, options, stop), workers, _options.ImageLimits, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static ImageAnalyzer Create(MultiHeadModel model, IVectorIndex? gallery, bool embedding, ModelOptions options)
    {
        var analyzer = new ImageAnalyzer(model, gallery, options);
        if (analyzer._embedding is null && (gallery is not null || embedding))
        {
            var heads = string.Join(", ", model.Heads.Select(h => h.Kind));
            throw new ArgumentException($"'{model.Name}' has no head that makes vectors; its heads are {heads}.", nameof(model));
        }

        (gallery as Gallery)?.RequireModel(analyzer.Name, analyzer.Fingerprint, analyzer.Dimensions);
        return analyzer;
    }

    private IReadOnlyList<VectorMatch>? Neighbors(EmbeddingResult vector, int count, CancellationToken cancellationToken) =>
        _gallery?.Search([vector.ToReadOnlyMemory()], new SearchOptions { K = count }, cancellationToken)[0];

    private THead? BindIfPresent<THead>(string kind, Func<HeadBinding, THead> bind)
        where THead : class => _model.Find(kind) is null ? null : _model.Bind(kind, bind);
}
