using System.Diagnostics;
using System.Numerics.Tensors;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation.Passes;

/// <summary>
/// Runs an image at every scale and flip of the options, and averages the logits. For one call; not thread-safe.
/// </summary>
internal sealed class SegmentationPass(ImageModel model, SegmentationHead head, SegmentationOptions options, CancellationToken cancellationToken)
{
    /// <summary>Takes the logits of an image, which live as long as the call.</summary>
    public delegate T Take<out T>(ScoreMap scores);

    /// <summary>Preprocessing and runs so far.</summary>
    public StageTimings Timings { get; private set; }

    /// <summary>The head.</summary>
    public SegmentationHead Head => head;

    /// <summary>Runs one image or window and hands its logits to <paramref name="take"/>.</summary>
    public T Run<T>(PixelView image, Take<T> take)
    {
        var start = Stopwatch.GetTimestamp();
        using var input = model.Prepare(image);
        Timings += new StageTimings(0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 0);
        if (options.Scales is [1.0] && !options.Flip)
        {
            using var outputs = RunOnce(input.Images);
            return take(head.Scores(outputs, 0, input.Plans[0]));
        }

        return options.Scales is [1.0] ? RunFlipped(input, take) : RunScaled(input, take);
    }

    /// <summary>
    /// The upright and the mirrored input, averaged on the network's own grid: mirroring and resampling commute.
    /// </summary>
    private T RunFlipped<T>(PreparedImages input, Take<T> take)
    {
        var plan = input.Plans[0];
        float[] sum;
        int channels, height, width;
        using (var upright = RunOnce(input.Images))
        {
            var scores = head.Scores(upright, 0, plan);
            (channels, height, width) = (scores.Channels, scores.Height, scores.Width);
            sum = scores.Values.ToArray();
        }

        Averaging.Mirror(input.Images.Values, plan.TensorWidth);
        using (var mirrored = RunOnce(input.Images))
        {
            Averaging.Add(head.Scores(mirrored, 0, plan).Values, width, mirrored: true, sum);
        }

        TensorPrimitives.Multiply(sum, 0.5f, sum);
        return take(new ScoreMap(sum, channels, height, width, plan));
    }

    /// <summary>Every scale and flip, each enlarged to the input's size and averaged there.</summary>
    private T RunScaled<T>(PreparedImages input, Take<T> take)
    {
        var plan = input.Plans[0];
        var (width, height) = (plan.TensorWidth, plan.TensorHeight);
        float[]? sum = null;
        float[]? enlarged = null;
        var channels = 0;
        foreach (var scale in options.Scales)
        {
            // PaddleSeg rounds half up and resizes the normalized input.
            var (w, h) = (Math.Max(1, (int)((width * scale) + 0.5)), Math.Max(1, (int)((height * scale) + 0.5)));
            using var scaled = InputTensor.Rent(1, 3, h, w);
            Averaging.Resize(input.Images.Values, height, width, Enlarger(height, width, h, w, false), scaled.Values);
            foreach (var mirrored in options.Flip ? new[] { false, true } : [false])
            {
                if (mirrored)
                {
                    Averaging.Mirror(scaled.Values, w);
                }

                using var outputs = RunOnce(scaled);
                var scores = head.Scores(outputs, 0, plan);
                channels = scores.Channels;
                sum ??= new float[channels * height * width];
                enlarged ??= new float[sum.Length];
                Averaging.Resize(
                    scores.Values, scores.Height, scores.Width, Enlarger(scores.Height, scores.Width, height, width, head.Settings.AlignCorners), enlarged);
                Averaging.Add(enlarged, width, mirrored, sum);
            }
        }

        TensorPrimitives.Multiply(sum!, 1f / (options.Scales.Count * (options.Flip ? 2 : 1)), sum!);
        return take(new ScoreMap(sum!, channels, height, width, plan));
    }

    private static LogitsDecoder Enlarger(int rows, int columns, int height, int width, bool alignCorners) =>
        new(BilinearAxis.Create(columns, width, alignCorners), BilinearAxis.Create(rows, height, alignCorners));

    private ModelOutputs RunOnce(InputTensor input)
    {
        var outputs = model.Run(input, cancellationToken);
        Timings += new StageTimings(0, 0, outputs.Elapsed.TotalMilliseconds, 0);
        return outputs;
    }
}
