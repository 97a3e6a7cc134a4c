using System.Diagnostics;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// Finds small objects in large images: runs another detector on overlapping tiles and on the whole, drops fragments at the
/// inner borders of tiles and suppresses duplicates across tiles. Thread-safe.
/// </summary>
/// <remarks>Owns the detector it decorates: disposing disposes both.</remarks>
public sealed class TiledDetector : IObjectDetector
{
    private readonly IObjectDetector _inner;
    private readonly TiledDetectorOptions _options;

    /// <summary>Decorates a detector.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public TiledDetector(IObjectDetector inner, TiledDetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _options = options ?? new TiledDetectorOptions();
        _options.Validate();
        _inner = inner;
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _inner.Labels;

    /// <inheritdoc/>
    public IReadOnlyList<int> CategoryIds => _inner.CategoryIds;

    /// <inheritdoc/>
    public Detections Detect(ImageSource image, DetectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        var pixels = image.Open(out var decode);
        var (width, height) = (pixels.Width, pixels.Height);
        var tiles = TileGrid.Of(width, height, _options).ToList();
        var parts = new List<Detections>(tiles.Count + 1);
        var timings = new StageTimings(decode, 0, 0, 0);
        if (_options.Whole && tiles.Count > 1)
        {
            var whole = _inner.Detect(pixels, options, cancellationToken);
            timings += whole.Timings;
            parts.Add(whole);
        }

        foreach (var tile in tiles)
        {
            var found = _inner.Detect(pixels.Crop(tile.X, tile.Y, tile.Width, tile.Height), options, cancellationToken);
            timings += found.Timings;
            parts.Add(found.Map(b => b.Move(tile.X, tile.Y)).Where(o => !IsFragment(o.Box, tile, width, height)));
        }

        var start = Stopwatch.GetTimestamp();
        var nms = Across(options);
        var kept = tiles.Count > 1
            ? NonMaximumSuppression.Suppress(AcrossTiles.Thin(parts, _options.Inside, nms.ClassAgnostic), nms)
            : Detections.Concat(parts);
        return kept.WithTimings(timings + new StageTimings(0, 0, 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
    }

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    /// <summary>The model's own thresholds; the usual ones for a detector from elsewhere.</summary>
    internal DetectionSettings Settings => _inner switch
    {
        Detector detector => detector.Settings,
        TiledDetector tiled => tiled.Settings,
        _ => new DetectionSettings(),
    };

    /// <summary>Suppression across tiles; every box passed the score threshold in its tile.</summary>
    private NmsOptions Across(DetectionOptions? options) =>
        (_options.Nms ?? (options ?? (_inner as Detector)?.Defaults ?? DetectionOptions.Default).ToNms(Settings)) with { ScoreThreshold = 0, TopKBefore = 0 };

    private bool IsFragment(Box box, Tile tile, int width, int height)
    {
        var (marginX, marginY) = (_options.FragmentMargin * tile.Width, _options.FragmentMargin * tile.Height);
        return marginX > 0 && (
            (tile.X > 0 && box.X0 < tile.X + marginX)
            || (tile.Y > 0 && box.Y0 < tile.Y + marginY)
            || (tile.X + tile.Width < width && box.X1 > tile.X + tile.Width - marginX)
            || (tile.Y + tile.Height < height && box.Y1 > tile.Y + tile.Height - marginY));
    }
}
