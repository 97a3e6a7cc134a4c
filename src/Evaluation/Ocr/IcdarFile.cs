using System.Globalization;
using System.Numerics;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>ICDAR's text files, one polygon per line: <c>x1,y1,x2,y2,x3,y3,x4,y4[,text]</c>; the text may hold commas.</summary>
internal static class IcdarFile
{
    private const int Numbers = 8;

    /// <summary>Reads a file. Lines without text are polygons with an empty one.</summary>
    /// <exception cref="DataFormatException">A line is none of that form.</exception>
    public static List<TextPolygon> Read(string path)
    {
        var polygons = new List<TextPolygon>();
        var number = 0;
        foreach (var line in Utf8File.ReadLines(path))
        {
            number++;
            if (line.Length > 0)
            {
                polygons.Add(Parse(line)
                    ?? throw new DataFormatException($"'{path}', line {number}: expected x1,y1,x2,y2,x3,y3,x4,y4 and a text, found '{line}'."));
            }
        }

        return polygons;
    }

    /// <summary>Reads the file that belongs to an image; see <see cref="Find"/>.</summary>
    /// <exception cref="DataFormatException">There is none, or a line is none of that form.</exception>
    public static List<TextPolygon> ReadFor(string folder, string imagePath)
    {
        var stem = Path.GetFileNameWithoutExtension(imagePath);
        return Read(Find(folder, stem)
            ?? throw new DataFormatException($"'{folder}': expected a file for '{Path.GetFileName(imagePath)}' (gt_{stem}.txt), found none."));
    }

    /// <summary>Finds the file that belongs to an image: its stem, also with <c>gt_</c> or <c>res_</c> before it.</summary>
    /// <returns>Null where there is none.</returns>
    public static string? Find(string folder, string stem) =>
        ((string[])[$"gt_{stem}.txt", $"res_{stem}.txt", $"{stem}.txt"]).Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);

    private static TextPolygon? Parse(string line)
    {
        var parts = line.Split(',', Numbers + 1);
        if (parts.Length < Numbers)
        {
            return null;
        }

        var corners = new Vector2[4];
        for (var i = 0; i < 4; i++)
        {
            if (!float.TryParse(parts[2 * i], NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
                || !float.TryParse(parts[(2 * i) + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out var y)
                || !float.IsFinite(x) || !float.IsFinite(y))
            {
                return null;
            }

            corners[i] = new Vector2(x, y);
        }

        return new TextPolygon(corners, parts.Length > Numbers ? parts[Numbers] : "");
    }
}
