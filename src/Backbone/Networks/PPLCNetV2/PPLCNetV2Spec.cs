namespace PPLCNet.Vision.Backbone.Networks.PPLCNetV2;

/// <summary>One stage of PP-LCNetV2 as data.</summary>
/// <param name="Out">Output channels at scale 1.</param>
/// <param name="Kernel">Depthwise kernel.</param>
/// <param name="Branches">Whether the depthwise convolution is trained as parallel branches.</param>
/// <param name="Squeeze">Whether it has squeeze-and-excitation (with a sigmoid gate).</param>
/// <param name="Split">Whether the 1x1 convolution is two, through half of the output channels.</param>
/// <param name="Shortcut">Whether blocks that keep their shape add their input.</param>
internal sealed record PPLCNetV2Stage(int Out, int Kernel, bool Branches, bool Squeeze, bool Split, bool Shortcut);

/// <summary>PP-LCNetV2 as data.</summary>
internal sealed record PPLCNetV2Spec
{
    /// <summary>The four stages, the same in every variant.</summary>
    internal static IReadOnlyList<PPLCNetV2Stage> Stages { get; } =
    [
        new(128, 3, false, false, false, false),
        new(256, 3, false, false, false, false),
        new(512, 5, true, true, true, false),
        new(1024, 5, true, false, false, true),
    ];

    /// <summary>Scale 0.75, 4.1 million parameters.</summary>
    public static PPLCNetV2Spec Small { get; } = new() { Scale = 0.75, Depths = [2, 2, 4, 2] };

    /// <summary>Scale 1, 6.6 million parameters.</summary>
    public static PPLCNetV2Spec Base { get; } = new();

    /// <summary>Scale 1.25, 10.4 million parameters.</summary>
    public static PPLCNetV2Spec Large { get; } = new() { Scale = 1.25, Depths = [2, 2, 8, 2] };

    /// <summary>The backbone of PP-ShiTuV2: the last stage keeps its resolution.</summary>
    public static PPLCNetV2Spec ShiTu { get; } = new() { LastStride = 1 };

    /// <summary>Width.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Blocks of each stage.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [2, 2, 6, 2];

    /// <summary>Stride of the last stage's first block.</summary>
    public int LastStride { get; init; } = 2;

    /// <summary>Scales and rounds a channel number.</summary>
    public int Width(int channels) => Channels.MakeDivisible(channels * Scale);
}
