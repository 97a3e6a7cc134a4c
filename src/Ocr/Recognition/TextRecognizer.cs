using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>Reads straightened text lines (CTC). Immutable and safe to share between threads.</summary>
/// <remarks>
/// Every line runs at its own width (at least the manifest's smallest, as the networks were trained), never padded to a
/// neighbor's: what is read in a line does not depend on the lines around it.
/// </remarks>
public sealed class TextRecognizer : Predictor<RecognitionOptions, RecognizedLine>
{
    /// <summary>The recognizer that ships.</summary>
    public const string DefaultModel = "ppocr-v6-small-rec";

    private readonly RecognitionHead _head;

    private TextRecognizer(ImageModel model, RecognitionHead head, ModelOptions options, RecognitionOptions defaults)
        : base(model, head, options, defaults) => _head = head;

    /// <summary>The output classes.</summary>
    internal CharacterSet Characters => _head.Characters;

    /// <summary>Width over height from which a line is wider than the network takes.</summary>
    internal float LongestRatio => Model.Preprocess.Size is FixedHeightRule rule ? (float)rule.MaxWidth / rule.Height : float.MaxValue;

    /// <inheritdoc/>
    protected override bool CanBatch => false; // Every line runs at its own width.

    /// <summary>Loads a recognizer.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="options">Threads, catalog, manifest; a <see cref="TextRecognizerOptions"/> for another dictionary.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="ModelFormatException">Model, manifest and dictionary do not fit each other.</exception>
    public static TextRecognizer Load(ModelSource model = default, ModelOptions? options = null)
    {
        options = OcrRuntime.For(options);
        return Loading.Bind(ImageModel.Load(model.Find(DefaultModel, options, "text-recognition"), options), loaded =>
        {
            var head = RecognitionHead.Bind(loaded.Binding(), (options as TextRecognizerOptions)?.Dictionary);
            return new TextRecognizer(loaded, head, options, RecognitionOptions.Default);
        });
    }

    /// <summary>
    /// The same recognizer with other defaults; it shares the model, and each of the two is disposed on its own.
    /// </summary>
    public TextRecognizer With(RecognitionOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return new TextRecognizer(ShareModel(), _head, LoadOptions, defaults);
    }

    /// <summary>Reads one straightened line, of any size and format.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(ImageSource, TOptions, CancellationToken)"/>
    public RecognizedLine Recognize(ImageSource image, RecognitionOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(image, options, cancellationToken);

    /// <summary>Reads several straightened lines, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.Predict(IReadOnlyList{PixelBuffer}, TOptions, CancellationToken)"/>
    public IReadOnlyList<RecognizedLine> Recognize(
        IReadOnlyList<PixelBuffer> images, RecognitionOptions? options = null, CancellationToken cancellationToken = default) =>
        Predict(images, options, cancellationToken);

    /// <summary>Reads many files of one line each, in their order.</summary>
    /// <inheritdoc cref="Predictor{TOptions, TResult}.PredictFiles"/>
    public IAsyncEnumerable<FileAnswer<RecognizedLine>> RecognizeAsync(
        IEnumerable<string> paths, RecognitionOptions? options = null, int workers = 0, CancellationToken cancellationToken = default) =>
        PredictFiles(paths, options, workers, cancellationToken);
}
