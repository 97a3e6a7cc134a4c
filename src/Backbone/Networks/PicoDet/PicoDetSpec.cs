using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>Which neck joins the levels.</summary>
internal enum PicoDetNeck
{
    /// <summary>LC-PAN (2022): pairs of depthwise-separable blocks.</summary>
    LcPan,

    /// <summary>CSP-PAN (2021): cross-stage partial layers.</summary>
    CspPan,
}

/// <summary>Which head predicts.</summary>
internal enum PicoDetHead
{
    /// <summary>PicoHead (2021): one convolution for classes and boxes.</summary>
    V1,

    /// <summary>PicoHeadV2 (2022): attention, separate convolutions, and a quality branch.</summary>
    V2,
}

/// <summary>
/// PicoDet on PP-LCNet as data (PaddleDetection, arXiv 2111.00902 and its release of March 2022). The named variants are the
/// published ones.
/// </summary>
internal sealed record PicoDetSpec
{
    /// <summary>Width of the backbone.</summary>
    public required double Scale { get; init; }

    /// <summary>Channels of neck and head.</summary>
    public required int Channels { get; init; }

    /// <summary>Depthwise-separable blocks of the head at each level.</summary>
    public required int HeadBlocks { get; init; }

    /// <summary>Which neck.</summary>
    public PicoDetNeck Neck { get; init; } = PicoDetNeck.LcPan;

    /// <summary>Which head.</summary>
    public PicoDetHead Head { get; init; } = PicoDetHead.V2;

    /// <summary>Number of classes.</summary>
    public int Classes { get; init; } = 80;

    /// <summary>Height of the input in pixels, a multiple of 32.</summary>
    public int Height { get; init; } = 320;

    /// <summary>Width of the input in pixels, a multiple of 32.</summary>
    public int Width { get; init; } = 320;

    /// <summary>After every convolution but the backbone's gates.</summary>
    public Activation Activation { get; init; } = Activation.HardSwish;

    /// <summary>Strides of the four levels.</summary>
    public static IReadOnlyList<int> Strides => AnchorGrid.PicoStrides;

    /// <summary>The backbone.</summary>
    public PPLCNetSpec Backbone => new() { Scale = Scale };

    /// <summary>
    /// The published variants by name, and <c>shared-1.0x</c>: neck and head of our own weights on the backbone that other
    /// tasks share. Each takes other input sizes and class counts too.
    /// </summary>
    public static IReadOnlyDictionary<string, PicoDetSpec> Variants { get; } = new Dictionary<string, PicoDetSpec>(StringComparer.OrdinalIgnoreCase)
    {
        ["xs"] = new() { Scale = 0.35, Channels = 96, HeadBlocks = 2 },
        ["s"] = new() { Scale = 0.75, Channels = 96, HeadBlocks = 2 },
        ["m"] = new() { Scale = 1.5, Channels = 128, HeadBlocks = 4, Height = 416, Width = 416 },
        ["l"] = new() { Scale = 2.0, Channels = 160, HeadBlocks = 4, Height = 640, Width = 640 },
        ["lcnet-1.0x"] = Legacy(1.0, 128, 80, 416, 416),
        ["lcnet-1.5x"] = Legacy(1.5, 128, 80, 416, 416),
        ["lcnet-1.5x-160"] = Legacy(1.5, 160, 80, 640, 640),
        ["lcnet-2.5x"] = Legacy(2.5, 128, 80, 416, 416),
        ["shared-1.0x"] = new() { Scale = 1.0, Channels = 96, HeadBlocks = 2, Head = PicoDetHead.V1 },
        ["layout"] = Legacy(1.0, 128, 5, 800, 608),
        ["mainbody"] = Legacy(2.5, 128, 1, 640, 640),
    };

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A size is not a multiple of 32, or a number is not positive.</exception>
    public void Validate()
    {
        if (Height < 32 || Width < 32 || Height % 32 != 0 || Width % 32 != 0)
        {
            throw new ArgumentException($"Expected an input whose sides are multiples of 32, found {Width}x{Height}.");
        }

        if (!(Scale > 0) || Channels < 2 || Channels % 2 != 0 || HeadBlocks < 1 || Classes < 1)
        {
            throw new ArgumentException($"Expected positive numbers and even channels, found scale {Scale}, {Channels} channels, {HeadBlocks} head blocks, {Classes} classes.");
        }
    }

    private static PicoDetSpec Legacy(double scale, int channels, int classes, int height, int width) => new()
    {
        Scale = scale,
        Channels = channels,
        HeadBlocks = 4,
        Neck = PicoDetNeck.CspPan,
        Head = PicoDetHead.V1,
        Classes = classes,
        Height = height,
        Width = width,
    };
}
