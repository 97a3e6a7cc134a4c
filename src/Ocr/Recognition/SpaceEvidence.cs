namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>
/// How likely a space stands between neighbouring tokens. Networks often give a space some probability without letting it win,
/// above all in photographs, where words stand close.
/// </summary>
internal static class SpaceEvidence
{
    /// <summary>The tokens with <see cref="RecognizedToken.SpaceBefore"/> filled in.</summary>
    /// <param name="tokens">Tokens with rising columns.</param>
    /// <param name="probabilities">Softmax output [T, classes], row-major, that they were read from.</param>
    /// <param name="classes">Number of classes; the space is the last.</param>
    public static IReadOnlyList<RecognizedToken> Fill(IReadOnlyList<RecognizedToken> tokens, ReadOnlySpan<float> probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var filled = new RecognizedToken[tokens.Count];
        for (var i = 0; i < filled.Length; i++)
        {
            var highest = 0f;
            for (var t = i == 0 ? int.MaxValue : tokens[i - 1].Column; t <= tokens[i].Column; t++)
            {
                highest = Math.Max(highest, probabilities[(t * classes) + classes - 1]);
            }

            filled[i] = tokens[i] with { SpaceBefore = highest };
        }

        return filled;
    }
}
