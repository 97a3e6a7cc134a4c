using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>One level's raw outputs of one image, row after row of cells.</summary>
internal ref struct RawLevel
{
    /// <summary>Where the cells lie.</summary>
    public required AnchorLevel Level { get; init; }

    /// <summary>Scores or class logits, [cells, classes].</summary>
    public required ReadOnlySpan<float> Classes { get; init; }

    /// <summary>Box logits, [cells, 32].</summary>
    public required ReadOnlySpan<float> Boxes { get; init; }

    /// <summary>Quality logits, [cells]; empty unless the rule is <see cref="ScoreRule.Quality"/>.</summary>
    public ReadOnlySpan<float> Quality { get; init; }

    /// <summary>The anchor that was decoded last, and its box.</summary>
    public (int Anchor, Box Box) Last { get; set; } = (-1, default);

    /// <summary>A level of which nothing is decoded yet.</summary>
    public RawLevel()
    {
    }
}
