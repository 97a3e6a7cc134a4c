using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>
/// Text probabilities of one image [H, W]. Where an image needs more pixels than one run may have, the network sees overlapping
/// tiles and
/// the map is put together again, so that text across a seam stays in one piece.
/// </summary>
internal sealed class ProbabilityMap : IDisposable
{
    private readonly ModelOutputs? _single;
    private readonly float[] _joined;

    private ProbabilityMap(ModelOutputs? single, float[] joined, StageTimings timings)
    {
        _single = single;
        _joined = joined;
        Timings = timings;
    }

    /// <summary>The probabilities, row-major, of the plan's tensor size.</summary>
    public ReadOnlySpan<float> Values => _single is null ? _joined : _single.Floats();

    /// <summary>Preprocessing and runs.</summary>
    public StageTimings Timings { get; }

    /// <summary>Runs the network over an image.</summary>
    /// <param name="model">One input [N,3,H,W], the map as its first output.</param>
    /// <param name="image">Without alpha.</param>
    /// <param name="plan">The whole image.</param>
    /// <param name="maxPixels">Most pixels in one run.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    public static ProbabilityMap Of(
        ImageModel model, PixelView image, in ResizePlan plan, int maxPixels, CancellationToken cancellationToken)
    {
        var (width, height) = DetectionTiles.Size(plan.TensorWidth, plan.TensorHeight, maxPixels);
        if (width == plan.TensorWidth && height == plan.TensorHeight)
        {
            var outputs = Run(model, image, plan, out var timings, cancellationToken);
            return new ProbabilityMap(outputs, [], timings);
        }

        // Not pooled: the map of a long strip would be kept for ever.
        var map = new float[plan.TensorWidth * plan.TensorHeight];
        var total = default(StageTimings);
        foreach (var down in DetectionTiles.Cut(plan.TensorHeight, height))
        {
            foreach (var across in DetectionTiles.Cut(plan.TensorWidth, width))
            {
                var tile = plan with
                {
                    WindowX = across.Start,
                    WindowY = down.Start,
                    WindowWidth = across.Length,
                    WindowHeight = down.Length,
                    TensorWidth = across.Length,
                    TensorHeight = down.Length,
                };
                using var outputs = Run(model, image, tile, out var timings, cancellationToken);
                Keep(outputs.Floats(), across, down, map, plan.TensorWidth);
                total += timings;
            }
        }

        return new ProbabilityMap(null, map, total);
    }

    /// <inheritdoc/>
    public void Dispose() => _single?.Dispose();

    private static void Keep(ReadOnlySpan<float> tile, TileSpan across, TileSpan down, float[] map, int mapWidth)
    {
        for (var y = down.KeepStart; y < down.KeepEnd; y++)
        {
            tile.Slice(((y - down.Start) * across.Length) + across.KeepStart - across.Start, across.KeepEnd - across.KeepStart)
                .CopyTo(map.AsSpan((y * mapWidth) + across.KeepStart));
        }
    }

    private static ModelOutputs Run(
        ImageModel model, PixelView image, in ResizePlan plan, out StageTimings timings, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var input = model.Prepare(image, plan);
        var prepared = Stopwatch.GetTimestamp();
        var outputs = model.Run(input, cancellationToken);
        timings = StageTimings.Between(start, prepared, Stopwatch.GetTimestamp(), 0);
        return outputs;
    }
}
