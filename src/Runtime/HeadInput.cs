using System.Runtime.InteropServices;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime;

/// <summary>What a head reads: the outputs of a run, and one of the images that went into it.</summary>
/// <param name="outputs">The outputs; they live as long as the call.</param>
/// <param name="index">Position of the image in the batch.</param>
/// <param name="plan">How the image became the input; it maps coordinates back.</param>
/// <param name="width">Width of the image in pixels.</param>
/// <param name="height">Height of the image in pixels.</param>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct HeadInput(ModelOutputs outputs, int index, ResizePlan plan, int width, int height)
{
    /// <summary>The outputs of the run.</summary>
    public ModelOutputs Outputs { get; } = outputs;

    /// <summary>Position of the image in the batch.</summary>
    public int Index { get; } = index;

    /// <summary>How the image became the input.</summary>
    public ResizePlan Plan { get; } = plan;

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; } = width;

    /// <summary>Height of the image in pixels.</summary>
    public int Height { get; } = height;
}
