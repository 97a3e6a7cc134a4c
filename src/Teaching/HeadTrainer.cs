using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Teaching.Backbones;
using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Teaching;

/// <summary>
/// Learns linear heads for classes of one's own on a frozen backbone: images pass the backbone once, several views each, and
/// logistic regression does the rest. The same images, options and seed give the same head on the same machine. Safe to share
/// between threads.
/// </summary>
/// <example><code>
/// using var trainer = HeadTrainer.Load();
/// var head = trainer.Teach(TeachingData.FromFolder("photos"));
/// head.Save("shelf.safetensors");
/// </code></example>
public sealed class HeadTrainer : IDisposable
{
    private readonly FrozenBackbone _backbone;

    private HeadTrainer(FrozenBackbone backbone) => _backbone = backbone;

    /// <summary>Name of the backbone's model.</summary>
    public string Backbone => _backbone.File.Manifest.Name;

    /// <summary>Length of the features.</summary>
    public int Dimensions => _backbone.Features.Dimensions;

    /// <summary>Extension of the files that its heads are saved in.</summary>
    public string Extension => _backbone.Extension;

    /// <summary>Loads a backbone.</summary>
    /// <param name="backbone">A PP-LCNet with any heads, or an ONNX file with a vector as output: a name, a path, a stream or
    /// bytes; <c>default</c> is <see cref="Embedder.DefaultModel"/>.</param>
    /// <param name="options">Catalog, manifest, preprocessing.</param>
    /// <exception cref="ModelNotFoundException">The model was not found.</exception>
    /// <exception cref="ModelFormatException">The model is no backbone for a head.</exception>
    public static HeadTrainer Load(ModelSource backbone = default, ModelOptions? options = null) => Load(backbone, options, vectorOnly: false);

    /// <summary>
    /// Loads the model that made the vectors of a gallery, for <see cref="Teach(Gallery, HeadTrainerOptions, IProgress{TeachingProgress}, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc cref="Load(ModelSource, ModelOptions)"/>
    public static HeadTrainer LoadForGallery(ModelSource backbone = default, ModelOptions? options = null) => Load(backbone, options, vectorOnly: true);

    /// <summary>Learns a head from images.</summary>
    /// <param name="data">The images and what they show.</param>
    /// <param name="options">Split, seed, cache.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends the run; features that are in the cache by then stay there.</param>
    /// <returns>The head, and what it reached on images that it did not learn from.</returns>
    /// <exception cref="DataFormatException">There are fewer than two labels, or fewer than two with two usable
    /// images.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public TaughtHead Teach(
        TeachingData data, HeadTrainerOptions? options = null, IProgress<TeachingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new HeadTrainerOptions();
        options.Validate();
        data.Require();
        var views = options.Views.Take(Math.Clamp(options.MaxRows / data.Photos.Count, 1, options.Views.Count)).ToList();
        var photos = Read(data, views, options, progress, cancellationToken);
        return Fit(photos, data.IsMultiLabel, options, progress, cancellationToken);
    }

    /// <summary>Learns a head from the vectors of a gallery alone; no image is read.</summary>
    /// <param name="gallery">Vectors that this model made, with labels.</param>
    /// <param name="options">Split, seed.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ModelFormatException">Another model made the vectors, or they are whitened.</exception>
    /// <exception cref="DataFormatException">There are fewer than two labels, or fewer than two with two items.</exception>
    public TaughtHead Teach(
        Gallery gallery, HeadTrainerOptions? options = null, IProgress<TeachingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        options ??= new HeadTrainerOptions();
        options.Validate();
        if (GalleryWhitening.Find(gallery.FilePath) is not null)
        {
            throw new ModelFormatException(gallery.FilePath, "vectors as the network makes them", "whitened ones; teach from the gallery that it was made of");
        }

        gallery.RequireModel(Backbone, ModelFingerprint.Of(_backbone.File, _backbone.Preprocess), Dimensions);
        var items = gallery.Items().ToList();
        var paths = new ItemPaths(gallery);
        var data = new TeachingData
        {
            Source = gallery.FilePath,
            Photos = [.. items.Select(i => new LabeledPhoto(paths.FullPathOf(i) ?? $"#{i.Id}", [i.Label]))],
        };
        data.Require();
        PhotoFeatures[] features = [.. items.Select((item, i) => new PhotoFeatures(data.Photos[i], $"{item.Id}", item.Vector.ToArray(), null))];
        return Fit(PhotoSet.Of(data, features, null), isMultiLabel: false, options, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _backbone.Dispose();

    private static HeadTrainer Load(ModelSource backbone, ModelOptions? options, bool vectorOnly)
    {
        options ??= new ModelOptions();
        options.Validate();
        return new HeadTrainer(FrozenBackbone.Load(backbone.Find(Embedder.DefaultModel, options, "embedding"), options, vectorOnly));
    }

    private PhotoSet Read(
        TeachingData data, List<ImageView> views, HeadTrainerOptions options, IProgress<TeachingProgress>? progress, CancellationToken cancellationToken)
    {
        using var cache = options.CachePath is { } path
            ? FeatureCache.Open(path, $"{_backbone.Fingerprint} {_backbone.FeatureNames} {_backbone.Preprocess} {string.Join(' ', views)}", views.Count * Dimensions)
            : null;
        var all = data.Photos.Concat(data.Validation ?? []).ToList();
        var read = PhotoFeatures.Read(
            all, _backbone.Features, views, cache, options.Threads,
            done => progress?.Report(new TeachingProgress("features", done, all.Count)), cancellationToken);
        return PhotoSet.Of(data, read[..data.Photos.Count], data.Validation is null ? null : read[data.Photos.Count..]);
    }

    private TaughtHead Fit(
        PhotoSet set, bool isMultiLabel, HeadTrainerOptions options, IProgress<TeachingProgress>? progress, CancellationToken cancellationToken)
    {
        using var products = new MatrixProducts(options.Threads);
        var split = TeachingSplit.Of(set, isMultiLabel, Dimensions, options);
        var validated = CrossValidation.Run(
            products, split.Training, options.Strengths, options.Folds, options.Seed,
            (done, total) => progress?.Report(new TeachingProgress("cross-validation", done, total)), cancellationToken);
        var layer = split.Training.Fit(products, validated.Strength, cancellationToken).Divide(validated.Temperature);
        int[] all = [.. Enumerable.Range(0, split.Training.Targets.Count)];
        var head = new LinearHead
        {
            Labels = set.Labels,
            IsMultiLabel = isMultiLabel,
            Center = split.Standardization.Center,
            Scale = split.Standardization.Scale,
            Weights = layer.Weights,
            Bias = layer.Bias,
            Means = ClassMeans.Of(split.Training.Whole(all), split.Training.Targets),
            Threshold = Threshold(validated.Distances, options.NoveltyShare),
        };
        var report = new Figures.ReportBuilder(products, split, validated, head, layer, options, progress)
            .Build(Backbone, set, cancellationToken);
        return new TaughtHead(_backbone, head, report);
    }

    /// <summary>The distance that the given share of held-out images exceeds.</summary>
    private static float Threshold(IReadOnlyList<float> distances, double share)
    {
        float[] sorted = [.. distances.Order()];
        return Math.Max(1e-6f, sorted[Math.Clamp((int)Math.Ceiling((1 - share) * sorted.Length) - 1, 0, sorted.Length - 1)]);
    }
}
