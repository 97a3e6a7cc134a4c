using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation.Passes;

namespace PPLCNet.Vision.Segmentation;

/// <summary>
/// Tells the class of every pixel of an image, with DeepLabV3+ on PP-LCNet or any other per-pixel network that a manifest
/// describes. Immutable and safe to share between threads; several images can be processed concurrently without a lock.
/// </summary>
public sealed class Segmenter : Predictor<SegmentationOptions, SegmentationResult>
{
    /// <summary>The model that ships: street scenes, 11 classes.</summary>
    public const string DefaultModel = "deeplabv3p-pplcnet-x1.0-camvid";

    private readonly SegmentationHead _head;

    private Segmenter(ImageModel model, SegmentationHead head, ModelOptions options, SegmentationOptions defaults)
        : base(model, head, options, defaults) => _head = head;

    /// <summary>Names of the classes by id.</summary>
    public IReadOnlyList<string> Labels => _head.Labels;

    /// <summary>Colors of the classes by id.</summary>
    public Palette Palette => _head.Palette;

    /// <summary>What the model's manifest says beyond labels and preprocessing.</summary>
    internal SegmentationSettings Settings => _head.Settings;

    /// <inheritdoc/>
    protected override bool CanBatch => false; // One image's logits fill the caches already.

    /// <summary>Loads a segmenter.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest, sizes; a <see cref="SegmenterOptions"/> for sizes that change.</param>
    /// <exception cref="ModelNotFoundException">The model was not found.</exception>
    /// <exception cref="ModelFormatException">Graph, manifest, labels and preprocessing do not match.</exception>
    public static Segmenter Load(ModelSource model = default, ModelOptions? options = null)
    {
        options ??= new SegmenterOptions();
        var plan = new LoadPlan { OneImage = true, OneSize = options is not SegmenterOptions { AnySize: true } };
        return Loading.Bind(
            ImageModel.Load(model.Find(DefaultModel, options, "segmentation"), options, plan),
            loaded => new Segmenter(loaded, SegmentationHead.Bind(loaded.Binding()), options, SegmentationOptions.Default));
    }

    /// <summary>
    /// The same segmenter with other defaults; it shares the model, and each of the two is disposed on its own.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Segmenter With(SegmentationOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        Check(defaults);
        return new Segmenter(ShareModel(), _head, LoadOptions, defaults);
    }

    /// <summary>Segments an image of any size; the label map is as large as the image.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(ImageSource, TOptions, CancellationToken)"/>
    public SegmentationResult Segment(ImageSource image, SegmentationOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(image, options, cancellationToken);

    /// <summary>Segments several images, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(IReadOnlyList{PixelBuffer}, TOptions, CancellationToken)"/>
    public IReadOnlyList<SegmentationResult> Segment(
        IReadOnlyList<PixelBuffer> images, SegmentationOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(images, options, cancellationToken);

    /// <summary>Segments many files, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.PredictFiles"/>
    public IAsyncEnumerable<FileAnswer<SegmentationResult>> SegmentAsync(
        IEnumerable<string> paths, SegmentationOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        PredictFiles(paths, options, workers, cancellationToken);

    /// <inheritdoc/>
    protected override void Check(SegmentationOptions options)
    {
        options.Validate();
        if (options.Scales is not [1.0] && (!Model.TakesAnySize || (LoadOptions is not SegmenterOptions { AnySize: true } && Model.File.IsWeights)))
        {
            throw new ArgumentException(
                $"'{Name}': scales other than 1 need a network that takes any size, loaded with {nameof(SegmenterOptions)}.{nameof(SegmenterOptions.AnySize)}.");
        }
    }

    /// <inheritdoc/>
    protected override SegmentationResult PredictPixels(PixelView image, SegmentationOptions options, CancellationToken cancellationToken)
    {
        if (options.IsSinglePass)
        {
            return base.PredictPixels(image, options, cancellationToken);
        }

        var start = Stopwatch.GetTimestamp();
        var pass = new SegmentationPass(Model, _head, options, cancellationToken);
        var result = options.Window is { } window && (image.Width > window.Width || image.Height > window.Height)
            ? WindowedPass.Run(pass, image, window, options)
            : pass.Run(image, (scores) => _head.Finish(scores, options.KeepLogits));
        var rest = Stopwatch.GetElapsedTime(start).TotalMilliseconds - pass.Timings.Total;
        return result.WithTimings(pass.Timings with { Postprocess = Math.Max(0, rest) });
    }
}
