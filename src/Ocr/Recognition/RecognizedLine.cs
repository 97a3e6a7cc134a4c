using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>What was read in one text line.</summary>
/// <param name="Text">The text.</param>
/// <param name="Score">Mean confidence of its tokens, 0 to 1; 0 where nothing was read.</param>
/// <param name="Tokens">The dictionary keys in order.</param>
/// <param name="Columns">Time steps that real pixels cover; later ones are padding.</param>
public sealed record RecognizedLine(string Text, float Score, IReadOnlyList<RecognizedToken> Tokens, float Columns)
    : IPrediction<RecognizedLine>
{
    /// <inheritdoc/>
    public StageTimings Timings { get; init; }

    /// <inheritdoc/>
    public RecognizedLine WithTimings(StageTimings timings) => this with { Timings = timings };

    /// <summary>A line of these tokens.</summary>
    public static RecognizedLine FromTokens(IReadOnlyList<RecognizedToken> tokens, float columns) =>
        new(string.Concat(tokens.Select(t => t.Text)), tokens.Count == 0 ? 0 : tokens.Average(t => t.Confidence), tokens, columns);
}
