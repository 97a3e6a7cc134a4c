using System.Numerics.Tensors;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation;

/// <summary>How much of an image is of one class.</summary>
/// <param name="Class">Name.</param>
/// <param name="ClassId">Index in the model's labels, and in the label map.</param>
/// <param name="Pixels">Pixels of the class.</param>
/// <param name="Fraction">The same as a share of the image, 0 to 1.</param>
public sealed record ClassShare(string Class, int ClassId, long Pixels, double Fraction);

/// <summary>The class of every pixel of an image. Immutable and safe to share between threads.</summary>
public sealed class SegmentationResult : IPrediction<SegmentationResult>
{
    private readonly LogitsStore? _logits;
    private readonly Lazy<IReadOnlyList<ClassShare>> _shares;

    internal SegmentationResult(LabelMap map, IReadOnlyList<string> labels, Palette palette, LogitsStore? logits)
    {
        Map = map;
        Labels = labels;
        Palette = palette;
        _logits = logits;
        _shares = new(Count);
    }

    /// <summary>Class ids, as large as the image.</summary>
    public LabelMap Map { get; }

    /// <summary>Names of the classes by id.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Colors of the classes by id.</summary>
    public Palette Palette { get; }

    /// <summary>The durations of the stages.</summary>
    public StageTimings Timings { get; private init; }

    /// <summary>The classes that occur, the largest first.</summary>
    public IReadOnlyList<ClassShare> Classes => _shares.Value;

    /// <summary>The probability of each pixel's class, 0 to 1, row after row.</summary>
    /// <exception cref="InvalidOperationException">The call did not keep the logits.</exception>
    public float[] Confidence() => FillRows((best, sum, row, width, y) =>
    {
        // The best class is the highest logit, whose exponential is 1 after the shift.
        if (_logits!.IsProbability)
        {
            return;
        }

        TensorPrimitives.Divide(1f, sum, best);
    });

    /// <summary>The probability of one class at each pixel, 0 to 1, row after row.</summary>
    /// <exception cref="InvalidOperationException">The call did not keep the logits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The class does not exist.</exception>
    public float[] Probability(int classId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classId);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(classId, Labels.Count);
        return FillRows((best, sum, row, width, y) =>
        {
            var own = row.Slice(classId * width, width);
            if (_logits!.IsProbability)
            {
                own.CopyTo(best);
                return;
            }

            TensorPrimitives.Subtract(own, best, best);
            TensorPrimitives.Exp(best, best);
            TensorPrimitives.Divide(best, sum, best);
        });
    }

    /// <summary>Which pixels are of a class, row after row.</summary>
    public bool[] Mask(int classId)
    {
        var mask = new bool[Map.Ids.Length];
        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = Map.Ids[i] == classId;
        }

        return mask;
    }

    /// <summary>The image blended with the colors of its classes, and a legend of the classes that occur.</summary>
    /// <param name="image">The image that was segmented.</param>
    /// <param name="opacity">Share of the colors, 0 to 1.</param>
    /// <param name="legend">Whether to draw the legend.</param>
    /// <param name="palette">Colors of the classes by id; null for the result's own.</param>
    /// <exception cref="ArgumentException">The image has another size than the label map.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="opacity"/> is not 0 to 1.</exception>
    public PixelBuffer Draw(
        ImageSource image, double opacity = SegmentationDrawing.DefaultOpacity, bool legend = true, Palette? palette = null) =>
        SegmentationDrawing.Draw(this, image, opacity, legend, palette);

    /// <inheritdoc/>
    public SegmentationResult WithTimings(StageTimings timings) => new(Map, Labels, Palette, _logits) { Timings = timings };

    /// <summary>
    /// Fills a map row by row; <paramref name="finish"/> turns the row of highest values into the answer, knowing the sums of
    /// exponentials.
    /// </summary>
    private float[] FillRows(RowFinish finish)
    {
        var logits = _logits ?? throw new InvalidOperationException(
            $"Probabilities need the logits: segment with {nameof(SegmentationOptions)}.{nameof(SegmentationOptions.KeepLogits)}.");
        var map = new float[Map.Width * Map.Height];
        var width = Map.Width;
        var sum = new float[width];
        var scratch = new float[width];
        logits.ForEachRow((y, row) =>
        {
            var best = map.AsSpan(y * width, width);
            row[..width].CopyTo(best);
            for (var c = 1; c < Labels.Count; c++)
            {
                TensorPrimitives.Max(row.Slice(c * width, width), best, best);
            }

            Array.Clear(sum);
            for (var c = 0; c < Labels.Count && !logits.IsProbability; c++)
            {
                TensorPrimitives.Subtract(row.Slice(c * width, width), best, scratch);
                TensorPrimitives.Exp(scratch, scratch);
                TensorPrimitives.Add(sum, scratch, sum);
            }

            finish(best, sum, row, width, y);
        });
        return map;
    }

    private IReadOnlyList<ClassShare> Count()
    {
        var pixels = new long[256];
        foreach (var id in Map.Ids)
        {
            pixels[id]++;
        }

        return [.. Labels
            .Select((name, id) => new ClassShare(name, id, pixels[id], (double)pixels[id] / Map.Ids.Length))
            .Where(c => c.Pixels > 0)
            .OrderByDescending(c => c.Pixels)];
    }

    private delegate void RowFinish(Span<float> best, ReadOnlySpan<float> sum, ReadOnlySpan<float> row, int width, int y);
}
