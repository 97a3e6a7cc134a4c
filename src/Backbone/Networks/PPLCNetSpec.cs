using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>One depthwise-separable block of PP-LCNet as data.</summary>
/// <param name="Name">Place in the tree of weight names, for example <c>blocks5.3</c>.</param>
/// <param name="Out">Output channels, scaled and rounded.</param>
/// <param name="Kernel">Depthwise kernel.</param>
/// <param name="Stride">Depthwise stride.</param>
/// <param name="Squeeze">Whether it has squeeze-and-excitation.</param>
/// <param name="Dilation">Dilation of the depthwise convolution.</param>
public sealed record PPLCNetBlock(string Name, int Out, int Kernel, Hw Stride, bool Squeeze, int Dilation = 1);

/// <summary>
/// PP-LCNet v1 (arXiv 2109.15099) as data: its width and every switch of the paper's ablations. The defaults are the
/// published network.
/// </summary>
public sealed record PPLCNetSpec
{
    // Stage, output channels at scale 1, whether the block takes the stage's stride.
    private static readonly (int Stage, int Out, bool First)[] _table =
    [
        (2, 32, true),
        (3, 64, true), (3, 64, false),
        (4, 128, true), (4, 128, false),
        (5, 256, true), (5, 256, false), (5, 256, false), (5, 256, false), (5, 256, false), (5, 256, false),
        (6, 512, true), (6, 512, false),
    ];

    /// <summary>The eight published widths.</summary>
    public static IReadOnlyList<double> Scales { get; } = [0.25, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5];

    /// <summary>Width: every channel number is multiplied by it and rounded to a multiple of 8.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>After every convolution; the gate of squeeze-and-excitation stays a hard-sigmoid.</summary>
    public Activation Activation { get; init; } = Activation.HardSwish;

    /// <summary>
    /// Strides (vertical, horizontal) of the stem and of stages 3, 4, 5 and 6. Text lines use <c>(2,1)</c> from stage 3 on.
    /// </summary>
    public IReadOnlyList<Hw> Strides { get; init; } = [2, 2, 2, 2, 2];

    /// <summary>Depthwise kernels of the 13 blocks: 5 in the last seven.</summary>
    public IReadOnlyList<int> Kernels { get; init; } = [3, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5, 5, 5];

    /// <summary>Which of the 13 blocks have squeeze-and-excitation: the last two.</summary>
    public IReadOnlyList<bool> Squeezes { get; init; } = [.. Enumerable.Range(0, 13).Select(i => i >= 11)];

    /// <summary>
    /// Dilations of the depthwise convolutions of the 13 blocks: 1. Dense prediction raises them where strides were taken
    /// away.
    /// </summary>
    public IReadOnlyList<int> Dilations { get; init; } = [.. Enumerable.Repeat(1, 13)];

    /// <summary>Output channels of the stem.</summary>
    public int StemChannels => Channels.MakeDivisible(16 * Scale);

    /// <summary>The 13 blocks.</summary>
    /// <exception cref="ArgumentException">A list of the specification has the wrong length.</exception>
    public IReadOnlyList<PPLCNetBlock> Blocks
    {
        get
        {
            if (Strides.Count != 5 || Kernels.Count != _table.Length || Squeezes.Count != _table.Length || Dilations.Count != _table.Length)
            {
                throw new ArgumentException(
                    "PP-LCNet takes 5 strides and, for each of 13 blocks, a kernel, a squeeze flag and a dilation, "
                    + $"not {Strides.Count}, {Kernels.Count}, {Squeezes.Count} and {Dilations.Count}.");
            }

            var blocks = new List<PPLCNetBlock>();
            foreach (var (stage, channels, first) in _table)
            {
                var index = first ? 0 : 1 + int.Parse(blocks[^1].Name.Split('.')[1]);
                blocks.Add(new PPLCNetBlock(
                    $"blocks{stage}.{index}",
                    Channels.MakeDivisible(channels * Scale),
                    Kernels[blocks.Count],
                    first && stage > 2 ? Strides[stage - 2] : 1,
                    Squeezes[blocks.Count],
                    Dilations[blocks.Count]));
            }

            return blocks;
        }
    }
}
