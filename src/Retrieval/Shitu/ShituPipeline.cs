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
/// PP-ShiTu: from a photo to the names of the things in it: main bodies detected, each embedded (all in one batch), the index searched
/// once for all, and a policy that turns matches into labels. Immutable and safe to share between threads; the parts belong to the caller.
/// </summary>
public sealed class ShituPipeline
{
    private readonly MainBodies? _bodies;
    private readonly Embedder _embedder;
    private readonly IVectorIndex _index;
    private readonly ShituOptions _options;

    /// <summary>Joins the parts.</summary>
    /// <param name="embedder">Makes the vectors, the same that made the index's.</param>
    /// <param name="index">The gallery.</param>
    /// <param name="detector">Finds main bodies; null always takes the whole image.</param>
    /// <param name="options">Policy and thresholds.</param>
    /// <exception cref="ArgumentException">Embedder and index differ in dimension, or an option makes no sense.</exception>
    /// <exception cref="ModelFormatException">Another model than the embedder's made the vectors of the
    /// index.</exception>
    public ShituPipeline(Embedder embedder, IVectorIndex index, IObjectDetector? detector = null, ShituOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(index);
        options ??= ShituOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.K, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxObjects, 1, nameof(options));
        if (index.Dimensions != embedder.Dimensions)
        {
            throw new ArgumentException($"Expected an index of {embedder.Dimensions} values, as '{embedder.Name}' makes, found one of {index.Dimensions}.", nameof(index));
        }

        index.Model.Require(index is Gallery gallery ? gallery.FilePath : index.GetType().Name, VectorModel.Of(embedder));
        if (options.MinProbability > 0 && options.Probability is null)
        {
            throw new ArgumentException("A least probability needs a calibrated one; see ThresholdCalibration.", nameof(options));
        }

        if (detector is null && options.WholeImage == WholeImage.Never)
        {
            throw new ArgumentException("Without a detector and without the whole image there is nothing to search.", nameof(options));
        }

        _bodies = detector is null ? null : new MainBodies(detector, options.DetectionThreshold);
        _embedder = embedder;
        _index = index;
        _options = options;
    }

    /// <summary>Names the things in an image.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ShituResult Recognize(PixelBuffer image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        var timings = default(StageTimings);
        var regions = Regions(image, ref timings, cancellationToken);
        if (regions.Count == 0)
        {
            return new ShituResult([], timings);
        }

        var start = Stopwatch.GetTimestamp();
        var vectors = _embedder.Embed([.. regions.Select(r => MainBodies.Crop(image, r.Box))], null, cancellationToken);
        var embedded = Stopwatch.GetTimestamp();
        var search = new SearchOptions { K = _options.K, Filter = _options.Filter };
        var matches = _index.Search([.. vectors.Select(v => v.ToReadOnlyMemory())], search, cancellationToken);
        var objects = regions.Select((r, i) => MatchPolicy.Decide(
                r.Box, r.Score, matches[i], _options, label => BestOther(vectors[i], matches[i].Count, label, cancellationToken)))
            .Where(o => _options.KeepUnknown || o.Label is not null)
            .OrderByDescending(o => o.Score)
            .ToList();
        IReadOnlyList<RecognizedObject> kept = _options.ResultIou is { } iou ? MatchPolicy.Suppress(objects, iou) : objects;
        return new ShituResult(kept, timings + new StageTimings(
            0, 0, Stopwatch.GetElapsedTime(start, embedded).TotalMilliseconds, Stopwatch.GetElapsedTime(embedded).TotalMilliseconds));
    }

    /// <summary>Score of the best item of any other label, where the matches were all of one.</summary>
    private float BestOther(float[] vector, int matches, string label, CancellationToken cancellationToken)
    {
        if (matches < _options.K)
        {
            return float.NegativeInfinity;
        }

        var others = ItemFilter.Not(ItemFilter.Label(label));
        var filter = _options.Filter is { } own ? ItemFilter.All(own, others) : others;
        var found = _index.Search(vector, new SearchOptions { K = 1, Filter = filter }, cancellationToken);
        return found.Count > 0 ? found[0].Score : float.NegativeInfinity;
    }

    private List<(Box Box, float Score)> Regions(PixelBuffer image, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var regions = new List<(Box Box, float Score)>();
        if (_bodies is not null)
        {
            regions.AddRange(_bodies.Find(image, out timings, cancellationToken).Take(_options.MaxObjects));
        }

        if (_options.WholeImage == WholeImage.Always || (_options.WholeImage == WholeImage.WhenNothingDetected && regions.Count == 0))
        {
            regions.Add((new Box(0, 0, image.Width, image.Height), 1));
        }

        return regions;
    }
}
