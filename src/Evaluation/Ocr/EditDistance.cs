using System.Text;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>Levenshtein distance in code points: insertions, deletions and substitutions cost 1 each.</summary>
internal static class EditDistance
{
    /// <summary>Edits that turn one text into the other.</summary>
    public static int Between(string a, string b) => Between(CodePoints(a), CodePoints(b));

    /// <summary>Number of code points, which is what distances are counted in.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    private static int[] CodePoints(string text) => [.. text.EnumerateRunes().Select(r => r.Value)];

    private static int Between(int[] a, int[] b)
    {
        // row[j] holds the distance between the first i code points of a and the first j of b.
        var row = new int[b.Length + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
