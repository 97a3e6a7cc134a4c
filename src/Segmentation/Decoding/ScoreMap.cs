using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Segmentation.Decoding;

/// <summary>What the network says about one image or window: logits on a grid, and how the image lay in the input.</summary>
/// <param name="values">[channels, height, width]; somebody else's memory.</param>
/// <param name="channels">Channels, at least as many as classes.</param>
/// <param name="height">Rows of the grid.</param>
/// <param name="width">Columns of the grid.</param>
/// <param name="plan">How the image became the input.</param>
internal readonly ref struct ScoreMap(ReadOnlySpan<float> values, int channels, int height, int width, ResizePlan plan)
{
    private readonly ResizePlan _plan = plan;

    /// <summary>[channels, height, width].</summary>
    public ReadOnlySpan<float> Values { get; } = values;

    public int Channels { get; } = channels;

    public int Height { get; } = height;

    public int Width { get; } = width;

    public LogitsGrid Grid(int classes) => new(Values, Channels, Height, Width, classes);

    /// <summary>The way from the grid to the pixels of the image that the plan was made for.</summary>
    public LogitsDecoder Decoder(bool alignCorners) => new(
        Axis(Width, _plan.SourceWidth, _plan.TensorWidth, _plan.OffsetX, _plan.WindowWidth, alignCorners),
        Axis(Height, _plan.SourceHeight, _plan.TensorHeight, _plan.OffsetY, _plan.WindowHeight, alignCorners));

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
