namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>
/// Best class at every time step; repeats of the step before and blanks fall away.
/// Tokens are dictionary keys, never UTF-16 units.
/// </summary>
internal static class CtcGreedyDecoder
{
    /// <summary>Reads one line.</summary>
    /// <param name="probabilities">Softmax output [T, classes], row-major.</param>
    /// <param name="characters">The classes.</param>
    /// <returns>Key, time step and probability of every token kept.</returns>
    /// <exception cref="ArgumentException">The length is no multiple of the number of classes.</exception>
    public static List<RecognizedToken> Decode(ReadOnlySpan<float> probabilities, CharacterSet characters)
    {
        ArgumentNullException.ThrowIfNull(characters);
        var classes = characters.Count;
        if (probabilities.Length % classes != 0)
        {
            throw new ArgumentException($"Expected a multiple of {classes} values, found {probabilities.Length}.", nameof(probabilities));
        }

        var tokens = new List<RecognizedToken>();
        var previous = CharacterSet.Blank;
        for (var t = 0; t < probabilities.Length / classes; t++)
        {
            var row = probabilities.Slice(t * classes, classes);
            var best = BestClass.Of(row);
            if (best != CharacterSet.Blank && best != previous)
            {
                tokens.Add(new RecognizedToken(characters[best], t, row[best]));
            }

            previous = best;
        }

        return tokens;
    }
}
