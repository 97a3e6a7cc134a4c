using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// Every predictor of the suite: decode, prepare, run, read. A façade names the calls (<c>Detect</c>, <c>Segment</c>, ...)
/// and brings a head. Immutable and safe to share between threads; several images can be processed concurrently without a lock.
/// </summary>
/// <typeparam name="TOptions">The options of a call.</typeparam>
/// <typeparam name="TResult">The result for one image.</typeparam>
public abstract class Predictor<TOptions, TResult> : IDisposable
    where TOptions : class
    where TResult : IPrediction<TResult>
{
    private readonly ModelOptions _load;
    private bool _disposed;

    /// <summary>Joins a model and a head.</summary>
    /// <param name="model">The model; the predictor takes over one ownership.</param>
    /// <param name="head">The head, bound to the model's outputs.</param>
    /// <param name="options">How the model was loaded.</param>
    /// <param name="defaults">The options of a call that specifies none.</param>
    protected Predictor(ImageModel model, IHead<TOptions, TResult> head, ModelOptions options, TOptions defaults)
    {
        Model = model;
        Head = head;
        _load = options;
        Defaults = defaults;
    }

    /// <summary>Name of the model.</summary>
    public string Name => Model.Name;

    /// <summary>How the model is used.</summary>
    public ModelManifest Manifest => Model.Manifest;

    /// <summary>The options of a call that specifies none.</summary>
    public TOptions Defaults { get; }

    /// <summary>The model, for façades.</summary>
    protected ImageModel Model { get; }

    /// <summary>One more owner of the model, for a view.</summary>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    protected ImageModel ShareModel()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Model.Share();
    }

    /// <summary>The head, for façades.</summary>
    protected IHead<TOptions, TResult> Head { get; }

    /// <summary>How the model was loaded, for views.</summary>
    protected ModelOptions LoadOptions => _load;

    /// <summary>Whether several images go through one run.</summary>
    protected virtual bool CanBatch => Model.CanBatch;

    /// <summary>Frees the model once its last owner is gone. Calls that are under way finish; new ones are refused.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Dispose(true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the façade owns.</summary>
    protected virtual void Dispose(bool disposing) => Model.Dispose();

    /// <summary>Checks the options of a call before anything runs.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or names something that the model does not
    /// have.</exception>
    protected virtual void Check(TOptions options)
    {
    }

    /// <summary>One image.</summary>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed.</exception>
    protected TResult Predict(ImageSource image, TOptions? options, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        options ??= Defaults;
        Check(options);
        using var activity = VisionTelemetry.StartPrediction(Manifest);
        var pixels = image.Open(out var decode, _load.ImageLimits);
        var result = PredictPixels(pixels, options, cancellationToken);
        result = decode > 0 ? result.WithTimings(result.Timings with { Decode = decode }) : result;
        VisionTelemetry.Record(Manifest, result.Timings, 1);
        return result;
    }

    /// <summary>
    /// Several images, in as few runs as the graph and <see cref="ModelOptions.BatchSize"/> allow; answers in their order.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    protected IReadOnlyList<TResult> Predict(IReadOnlyList<PixelBuffer> images, TOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        options ??= Defaults;
        Check(options);
        var results = new List<TResult>(images.Count);
        var step = CanBatch ? _load.BatchSize : 1;
        for (var first = 0; first < images.Count; first += step)
        {
            PixelBuffer[] batch = [.. images.Skip(first).Take(step)];
            if (batch.Length == 1)
            {
                results.Add(Predict(batch[0], options, cancellationToken));
                continue;
            }

            using var activity = VisionTelemetry.StartPrediction(Manifest);
            PredictBatch(batch, options, results, cancellationToken);
        }

        return results;
    }

    /// <summary>Many files: several processed concurrently, answers in the order of the files, memory bounded.</summary>
    /// <param name="paths">Taken lazily; <see cref="ImagePipeline.Files"/> lists a folder.</param>
    /// <param name="options">Options of the call.</param>
    /// <param name="workers">Images processed concurrently; 0 means one per core.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    protected IAsyncEnumerable<FileAnswer<TResult>> PredictFiles(
        IEnumerable<string> paths, TOptions? options, int workers, CancellationToken cancellationToken)
    {
        options ??= Defaults;
        Check(options);
        return ImagePipeline.RunAsync(
            paths, (image, stop) => Predict(image, options, stop), workers, _load.ImageLimits, cancellationToken);
    }

    /// <summary>Prepares, runs and reads one image; façades that need several runs for an image override it.</summary>
    protected virtual TResult PredictPixels(PixelView image, TOptions options, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var input = Model.Prepare(image);
        var prepared = Stopwatch.GetTimestamp();
        using var outputs = Model.Run(input, cancellationToken);
        var ran = Stopwatch.GetTimestamp();
        var result = Head.Read(new HeadInput(outputs, 0, input.Plans[0], image.Width, image.Height), options);
        return result.WithTimings(StageTimings.Between(start, prepared, ran, Stopwatch.GetTimestamp()));
    }

    /// <summary>Each image's share of the batch's time stands in its answer.</summary>
    private void PredictBatch(PixelBuffer[] images, TOptions options, List<TResult> into, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var input = Model.Prepare(images);
        var prepared = Stopwatch.GetTimestamp();
        using var outputs = Model.Run(input, cancellationToken);
        var shared = StageTimings.Between(start, prepared, Stopwatch.GetTimestamp(), 0).Divide(images.Length);
        for (var i = 0; i < images.Length; i++)
        {
            var read = Stopwatch.GetTimestamp();
            var result = Head.Read(new HeadInput(outputs, i, input.Plans[i], images[i].Width, images[i].Height), options);
            result = result.WithTimings(shared with { Postprocess = Stopwatch.GetElapsedTime(read).TotalMilliseconds });
            VisionTelemetry.Record(Manifest, result.Timings, 1);
            into.Add(result);
        }
    }
}
