using System.Diagnostics;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// The outputs of one pass through a <see cref="MultiHeadModel"/>, to be read by its heads. Not safe to share between
/// threads.
/// </summary>
public sealed class MultiHeadPass : IDisposable
{
    private readonly ModelOutputs _outputs;
    private readonly ResizePlan _plan;

    private MultiHeadPass(ModelOutputs outputs, ResizePlan plan, int width, int height, StageTimings timings)
    {
        _outputs = outputs;
        _plan = plan;
        Width = width;
        Height = height;
        Timings = timings;
    }

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the image in pixels.</summary>
    public int Height { get; }

    /// <summary>Decoding, preprocessing and run, which the heads share; each head's answer has its own postprocessing.</summary>
    public StageTimings Timings { get; }

    /// <summary>Reads one head's answer.</summary>
    /// <exception cref="ModelFormatException">A number is not finite.</exception>
    public TResult Read<TOptions, TResult>(IHead<TOptions, TResult> head, TOptions options)
        where TResult : IPrediction<TResult>
    {
        ArgumentNullException.ThrowIfNull(head);
        var start = Stopwatch.GetTimestamp();
        var answer = head.Read(new HeadInput(_outputs, 0, _plan, Width, Height), options);
        return answer.WithTimings(Timings with { Postprocess = Stopwatch.GetElapsedTime(start).TotalMilliseconds });
    }

    /// <inheritdoc/>
    public void Dispose() => _outputs.Dispose();

    internal static MultiHeadPass Run(ImageModel model, PixelView image, double decode, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var input = model.Prepare(image);
        var prepared = Stopwatch.GetTimestamp();
        var outputs = model.Run(input, cancellationToken);
        var timings = StageTimings.Between(start, prepared, Stopwatch.GetTimestamp(), 0) with { Decode = decode };
        return new MultiHeadPass(outputs, input.Plans[0], image.Width, image.Height, timings);
    }
}
