namespace PPLCNet.Vision.Detection;

/// <summary>One level's raw outputs of one picture, row after row of cells.</summary>
internal readonly ref struct RawLevel
{
    /// <summary>Where the cells lie.</summary>
    public required AnchorLevel Level { get; init; }

    /// <summary>Scores or class logits, [cells, classes].</summary>
    public required ReadOnlySpan<float> Classes { get; init; }

    /// <summary>Box logits, [cells, 32].</summary>
    public required ReadOnlySpan<float> Boxes { get; init; }

    /// <summary>Quality logits, [cells]; empty unless the rule is <see cref="ScoreRule.Quality"/>.</summary>
    public ReadOnlySpan<float> Quality { get; init; }
}
