using OpenCvSharp;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Tests.Ocr;

/// <summary>Pages with known text, drawn with the embedded fonts.</summary>
internal static class DrawnPages
{
    private static readonly string[] _words =
        ["the", "river", "station", "market", "opened", "early", "seven", "yellow", "houses", "under", "bridge", "people", "walked", "slowly", "north"];

    /// <summary>A page of lines in black on white.</summary>
    public static PixelBuffer Page(int width, int height, float size, params string[] lines)
    {
        using var canvas = new Canvas(width, height, Color.White);
        for (var i = 0; i < lines.Length; i++)
        {
            canvas.Text(size, size * 1.6f * (i + 1), lines[i], Color.Black, size);
        }

        return canvas.ToPixelBuffer();
    }

    /// <summary>A page of random words.</summary>
    public static PixelBuffer RandomPage(Random random)
    {
        var size = random.Next(18, 34);
        var lines = Enumerable.Range(0, random.Next(10, 20))
            .Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(3, 7)).Select(_ => _words[random.Next(_words.Length)])))
            .ToArray();
        return Page(600, 800, size, lines);
    }

    /// <summary>The image turned clockwise.</summary>
    public static PixelBuffer Turn(PixelBuffer image, int degrees)
    {
        using var mat = image.View.ToMat();
        if (degrees != 0)
        {
            Cv2.Rotate(mat, mat, degrees switch
            {
                90 => RotateFlags.Rotate90Clockwise,
                180 => RotateFlags.Rotate180,
                _ => RotateFlags.Rotate90Counterclockwise,
            });
        }

        return mat.ToPixelBuffer();
    }
}
