using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

/// <summary>Small softmax outputs for decoders.</summary>
internal static class Rows
{
    /// <summary>Classes blank, the keys, space.</summary>
    public static CharacterSet Characters(params string[] keys) => CharacterSet.Create("test", keys, keys.Length + 2);

    /// <summary>
    /// Rows [T, classes] in which class <c>best[t]</c> has probability <paramref name="peak"/> and the rest share what is
    /// left.
    /// </summary>
    public static float[] Peaks(int classes, int[] best, float peak = 0.9f)
    {
        var rows = new float[best.Length * classes];
        for (var t = 0; t < best.Length; t++)
        {
            rows.AsSpan(t * classes, classes).Fill((1 - peak) / (classes - 1));
            rows[(t * classes) + best[t]] = peak;
        }

        return rows;
    }

    /// <summary>Random rows that sum to 1.</summary>
    public static float[] Random(Random random, int steps, int classes)
    {
        var rows = new float[steps * classes];
        for (var t = 0; t < steps; t++)
        {
            var row = rows.AsSpan(t * classes, classes);
            var sum = 0f;
            for (var c = 0; c < classes; c++)
            {
                row[c] = MathF.Exp(4 * random.NextSingle());
                sum += row[c];
            }

            for (var c = 0; c < classes; c++)
            {
                row[c] /= sum;
            }
        }

        return rows;
    }
}
