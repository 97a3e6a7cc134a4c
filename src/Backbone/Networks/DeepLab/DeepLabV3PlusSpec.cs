namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>
/// DeepLabV3+ on PP-LCNet as data (PaddleSeg's <c>deeplab.py</c>; arXiv 1802.02611). The defaults are PaddleSeg's.
/// </summary>
internal sealed record DeepLabV3PlusSpec
{
    /// <summary>Channels of the pyramid's branches and of its output.</summary>
    public const int PyramidChannels = 256;

    /// <summary>Channels that the stride-4 map is reduced to.</summary>
    public const int LowChannels = 48;

    /// <summary>Channels of the decoder.</summary>
    public const int DecoderChannels = 256;

    /// <summary>The backbone; its taps at stages 3 and 6 feed the decoder and the pyramid.</summary>
    public PPLCNetSpec Backbone { get; init; } = new();

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Dilations of the pyramid's branches; the first is a 1x1 convolution.</summary>
    public IReadOnlyList<int> Ratios { get; init; } = [1, 6, 12, 18];

    /// <summary>Whether maps are enlarged with the corner cells on the corners.</summary>
    public bool AlignCorners { get; init; }

    /// <summary>How the decoder is computed; every form gives the same values up to rounding.</summary>
    public DecoderForm Decoder { get; init; } = DecoderForm.Cheapest;
}

/// <summary>How the decoder is computed.</summary>
internal enum DecoderForm
{
    /// <summary>The form with the fewest multiply-adds for the input's size, see <see cref="Commuted"/>.</summary>
    Cheapest,

    /// <summary>
    /// As PaddleSeg writes it: image pooling spread over the map, the pyramid's map enlarged, everything concatenated.
    /// </summary>
    AsWritten,

    /// <summary>Image pooling joins as one vector, and nothing else is changed.</summary>
    Pooled,

    /// <summary>
    /// Also the decoder's first 1x1 convolution works on the pyramid's small map, once for each of the nine taps of the depthwise
    /// convolution before it; what is enlarged is its output. Needs an input of known size.
    /// </summary>
    Commuted,
}
