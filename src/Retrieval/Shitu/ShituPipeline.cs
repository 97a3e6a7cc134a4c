using System.Diagnostics;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>
/// PP-ShiTu: from a photo to the names of the objects in it: main bodies are detected, each is embedded (all in one batch),
/// the index searched once for all, and a policy that turns matches into labels. Immutable and safe to share between threads.
/// The parts belong to the caller unless the pipeline is told to own them.
/// </summary>
public sealed class ShituPipeline : IAsyncDisposable
{
    private readonly IObjectDetector? _detector;
    private readonly Embedder _embedder;
    private readonly IVectorIndex _index;
    private readonly bool _ownsParts;

    /// <summary>Joins the parts.</summary>
    /// <param name="embedder">Makes the vectors, the same that made the index's.</param>
    /// <param name="index">The gallery.</param>
    /// <param name="detector">Finds main bodies; null always takes the whole image.</param>
    /// <param name="options">The options of a call that specifies none.</param>
    /// <param name="ownsParts">Whether disposing the pipeline disposes the parts.</param>
    /// <exception cref="ArgumentException">Embedder and index differ in dimensions, or an option is invalid.</exception>
    /// <exception cref="ModelFormatException">Another model than the embedder's made the vectors of the index.</exception>
    public ShituPipeline(
        Embedder embedder, IVectorIndex index, IObjectDetector? detector = null, ShituOptions? options = null, bool ownsParts = false)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(index);
        if (index.Dimensions != embedder.Dimensions)
        {
            throw new ArgumentException(
                $"Expected an index of {embedder.Dimensions} values, as '{embedder.Name}' makes, found one of {index.Dimensions}.", nameof(index));
        }

        index.Model.Require(index is Gallery gallery ? gallery.FilePath : index.GetType().Name, VectorModel.Of(embedder));
        _detector = detector;
        _embedder = embedder;
        _index = index;
        _ownsParts = ownsParts;
        Defaults = options ?? ShituOptions.Default;
        Check(Defaults);
    }

    /// <summary>The options of a call that specifies none.</summary>
    public ShituOptions Defaults { get; }

    /// <summary>
    /// Names the objects in an image. Indexes in memory complete synchronously; with a database the call blocks.
    /// </summary>
    /// <inheritdoc cref="RecognizeAsync(ImageSource, ShituOptions, CancellationToken)"/>
    public ShituResult Recognize(ImageSource image, ShituOptions? options = null, CancellationToken cancellationToken = default)
    {
        var task = RecognizeAsync(image, options, cancellationToken);
        return task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Names the objects in an image; the thread is not blocked while a database searches.</summary>
    /// <param name="image">A path, bytes, a stream or pixels; read and decoded before the call returns.</param>
    /// <param name="options">Policy and thresholds; null takes <see cref="Defaults"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask<ShituResult> RecognizeAsync(
        ImageSource image, ShituOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= Defaults;
        Check(options);
        var pixels = image.OpenBuffer(out var decode);
        return RunAsync(pixels, decode, options, cancellationToken);
    }

    /// <summary>Disposes the parts where the pipeline owns them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ownsParts)
        {
            return;
        }

        _detector?.Dispose();
        _embedder.Dispose();
        if (_index is IAsyncDisposable index)
        {
            await index.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            _index.Dispose();
        }
    }

    private void Check(ShituOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.K, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxObjects, 1, nameof(options));
        if (options.MinProbability > 0 && options.Probability is null)
        {
            throw new ArgumentException("MinProbability needs a calibrated Probability; see ThresholdCalibration.", nameof(options));
        }

        if (_detector is null && options.WholeImage == WholeImage.Never)
        {
            throw new ArgumentException("Without a detector and without the whole image there is nothing to search.", nameof(options));
        }
    }

    private async ValueTask<ShituResult> RunAsync(
        PixelBuffer image, double decode, ShituOptions options, CancellationToken cancellationToken)
    {
        var regions = Regions(image, options, out var timings, cancellationToken);
        timings = timings with { Decode = decode };
        if (regions.Count == 0)
        {
            return new ShituResult([], timings);
        }

        var start = Stopwatch.GetTimestamp();
        var vectors = _embedder.Embed([.. regions.Select(r => MainBodies.Crop(image, r.Box))], null, cancellationToken);
        var embedded = Stopwatch.GetTimestamp();
        var search = new SearchOptions { K = options.K, Filter = options.Filter };
        var matches = await _index
            .SearchAsync([.. vectors.Select(v => v.ToReadOnlyMemory())], search, cancellationToken).ConfigureAwait(false);
        var objects = new List<RecognizedObject>(regions.Count);
        for (var i = 0; i < regions.Count; i++)
        {
            var (vector, found) = (vectors[i].ToReadOnlyMemory(), matches[i]);
            objects.Add(await MatchPolicy.DecideAsync(
                regions[i].Box, regions[i].Score, found, options,
                label => BestOtherAsync(vector, found.Count, label, options, cancellationToken)).ConfigureAwait(false));
        }

        List<RecognizedObject> named = [.. objects.Where(o => options.KeepUnknown || o.Label is not null).OrderByDescending(o => o.Score)];
        IReadOnlyList<RecognizedObject> kept = options.ResultIou is { } iou ? MatchPolicy.Suppress(named, iou) : named;
        return new ShituResult(kept, timings + new StageTimings(
            0, 0, Stopwatch.GetElapsedTime(start, embedded).TotalMilliseconds, Stopwatch.GetElapsedTime(embedded).TotalMilliseconds));
    }

    /// <summary>Score of the best item of any other label, where the matches were all of one.</summary>
    private async ValueTask<float> BestOtherAsync(
        ReadOnlyMemory<float> vector, int matches, string label, ShituOptions options, CancellationToken cancellationToken)
    {
        if (matches < options.K)
        {
            return float.NegativeInfinity;
        }

        var others = ItemFilter.Not(ItemFilter.Label(label));
        var filter = options.Filter is { } own ? ItemFilter.All(own, others) : others;
        var found = await _index
            .SearchAsync(vector, new SearchOptions { K = 1, Filter = filter }, cancellationToken).ConfigureAwait(false);
        return found.Count > 0 ? found[0].Score : float.NegativeInfinity;
    }

    private List<(Box Box, float Score)> Regions(
        PixelBuffer image, ShituOptions options, out StageTimings timings, CancellationToken cancellationToken)
    {
        timings = default;
        var regions = new List<(Box Box, float Score)>();
        if (_detector is not null)
        {
            var bodies = new MainBodies(_detector, options.DetectionThreshold);
            regions.AddRange(bodies.Find(image, out timings, cancellationToken).Take(options.MaxObjects));
        }

        if (options.WholeImage == WholeImage.Always || (options.WholeImage == WholeImage.WhenNothingDetected && regions.Count == 0))
        {
            regions.Add((new Box(0, 0, image.Width, image.Height), 1));
        }

        return regions;
    }
}
