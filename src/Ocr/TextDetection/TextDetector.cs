using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>
/// Finds where text stands in an image (DB). Large images are looked at in tiles. Immutable and safe to share between threads.
/// </summary>
public sealed class TextDetector : Predictor<TextDetectionSettings, TextBoxes>
{
    /// <summary>The detector that ships for photos and pages.</summary>
    public const string DefaultModel = "ppocr-v6-small-det";

    private readonly TextMapHead _head;

    private TextDetector(ImageModel model, TextMapHead head, ModelOptions options, TextDetectionSettings defaults)
        : base(model, head, options, defaults) => _head = head;

    /// <summary>At which size an image is looked at unless a call says otherwise.</summary>
    internal SizeRule Size => Model.Preprocess.Size;

    /// <inheritdoc/>
    protected override bool CanBatch => false; // Sizes differ from image to image.

    /// <summary>Loads a detector.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest, preprocessing.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="ModelFormatException">Graph and manifest do not fit each other.</exception>
    public static TextDetector Load(ModelSource model = default, ModelOptions? options = null)
    {
        options = OcrRuntime.For(options);
        return Loading.Bind(ImageModel.Load(model.Find(DefaultModel, options, "text-detection"), options), loaded =>
        {
            var head = TextMapHead.Bind(loaded.Binding());
            return new TextDetector(loaded, head, options, head.Settings);
        });
    }

    /// <summary>
    /// The same detector with other constants; it shares the model, and each of the two is disposed on its own.
    /// </summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public TextDetector With(TextDetectionSettings defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        Check(defaults);
        return new TextDetector(ShareModel(), _head, LoadOptions, defaults);
    }

    /// <summary>Finds the text boxes of an image, in no particular order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(ImageSource, TOptions, CancellationToken)"/>
    public TextBoxes Detect(ImageSource image, TextDetectionSettings? options = null, CancellationToken cancellationToken = default) =>
        Predict(image, options, cancellationToken);

    /// <summary>Finds the text boxes of several images, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(IReadOnlyList{PixelBuffer}, TOptions, CancellationToken)"/>
    public IReadOnlyList<TextBoxes> Detect(
        IReadOnlyList<PixelBuffer> images, TextDetectionSettings? options = null, CancellationToken cancellationToken = default) =>
        Predict(images, options, cancellationToken);

    /// <summary>Finds the text boxes of many files, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.PredictFiles"/>
    public IAsyncEnumerable<FileAnswer<TextBoxes>> DetectAsync(
        IEnumerable<string> paths, TextDetectionSettings? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        PredictFiles(paths, options, workers, cancellationToken);

    /// <inheritdoc/>
    protected override void Check(TextDetectionSettings options) => options.Validate();

    /// <inheritdoc/>
    protected override TextBoxes PredictPixels(PixelView image, TextDetectionSettings options, CancellationToken cancellationToken)
    {
        image = image.Format.HasAlpha() ? image.OnGround() : image;
        var plan = DetectionPlan.Of(options.Size ?? Model.Preprocess.Size, image.Width, image.Height);
        using var map = ProbabilityMap.Of(Model, image, plan, options.MaxPixels, cancellationToken);
        var ran = Stopwatch.GetTimestamp();
        var boxes = TextMapHead.Read(map.Values, plan, options);
        return boxes.WithTimings(map.Timings with { Postprocess = Stopwatch.GetElapsedTime(ran).TotalMilliseconds });
    }
}
