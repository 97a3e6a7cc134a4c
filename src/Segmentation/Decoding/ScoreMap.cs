using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Segmentation.Decoding;

/// <summary>What the network says about one image or window: logits on a grid, and how the image lay in the input. Dispose it after use.</summary>
internal sealed class ScoreMap : IDisposable
{
    private readonly ModelOutputs? _outputs;
    private readonly float[]? _sum;

    /// <summary>Takes over the outputs of one run.</summary>
    public ScoreMap(ModelOutputs outputs, ResizePlan plan)
    {
        _outputs = outputs;
        Plan = plan;
        (Channels, Height, Width) = ShapeOf(outputs);
    }

    /// <summary>An average of several runs.</summary>
    public ScoreMap(float[] sum, int channels, int height, int width, ResizePlan plan)
    {
        _sum = sum;
        (Channels, Height, Width) = (channels, height, width);
        Plan = plan;
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public ResizePlan Plan { get; }

    /// <summary>[channels, height, width].</summary>
    public ReadOnlySpan<float> Values => _sum ?? _outputs!.Floats();

    public LogitsGrid Grid(int classes) => new(Values, Channels, Height, Width, classes);

    /// <summary>The way from the grid to the pixels of the image that the plan was made for.</summary>
    public LogitsDecoder Decoder(bool alignCorners) => new(
        Axis(Width, Plan.SourceWidth, Plan.TensorWidth, Plan.OffsetX, Plan.WindowWidth, alignCorners),
        Axis(Height, Plan.SourceHeight, Plan.TensorHeight, Plan.OffsetY, Plan.WindowHeight, alignCorners));

    /// <inheritdoc/>
    public void Dispose() => _outputs?.Dispose();

    /// <summary>Channels, height and width of the first output [1, C, H, W].</summary>
    public static (int Channels, int Height, int Width) ShapeOf(ModelOutputs outputs)
    {
        var shape = outputs.Shape(0);
        return ((int)shape[1], (int)shape[2], (int)shape[3]);
    }

    private static BilinearAxis Axis(int grid, int source, int tensor, int offset, int window, bool alignCorners)
    {
        if (offset == 0 && window == tensor)
        {
            return BilinearAxis.Create(grid, source, alignCorners);
        }

        var cells = (double)grid / tensor;
        return BilinearAxis.Create(grid, source, offset * cells, window * cells);
    }
}
