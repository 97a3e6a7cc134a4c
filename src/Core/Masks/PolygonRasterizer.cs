namespace PPLCNet.Vision.Masks;

/// <summary>
/// Fills a polygon as the COCO API does: corners on a grid five times finer, every edge walked in unit steps on its longer axis,
/// a boundary pixel noted where the walk changes column in the middle of a pixel, even-odd rule.
/// </summary>
internal static class PolygonRasterizer
{
    private const int Scale = 5;
    private const double MaxCoordinate = 1e6;

    /// <summary>Run lengths of the filled polygon.</summary>
    /// <param name="height">Height of the mask.</param>
    /// <param name="width">Width of the mask.</param>
    /// <param name="corners"><c>x1 y1 x2 y2 ...</c> in pixels.</param>
    public static int[] Fill(int height, int width, ReadOnlySpan<double> corners)
    {
        var crossings = new List<int>();
        var count = corners.Length / 2;
        var (previousU, previousV) = (Grid(corners[0]), Grid(corners[1]));
        for (var i = 0; i < count; i++)
        {
            var next = (i + 1) % count;
            Walk(
                Grid(corners[2 * i]), Grid(corners[(2 * i) + 1]), Grid(corners[2 * next]), Grid(corners[(2 * next) + 1]),
                height, width, ref previousU, ref previousV, crossings);
        }

        crossings.Add(height * width);
        crossings.Sort();
        return ToRuns(crossings);
    }

    // Truncates toward zero, so negative values round differently.
    private static int Grid(double value) => Math.Abs(value) <= MaxCoordinate
        ? (int)((Scale * value) + 0.5)
        : throw new DataFormatException($"expected polygon coordinates within {MaxCoordinate} pixels, found {value}");

    private static void Walk(
        int startX, int startY, int endX, int endY, int height, int width, ref int previousU, ref int previousV, List<int> crossings)
    {
        var (dx, dy) = (Math.Abs(endX - startX), Math.Abs(endY - startY));
        var flip = dx >= dy ? startX > endX : startY > endY;
        if (flip)
        {
            (startX, endX, startY, endY) = (endX, startX, endY, startY);
        }

        var steps = Math.Max(dx, dy);
        var slope = steps == 0 ? 0 : dx >= dy ? (double)(endY - startY) / dx : (double)(endX - startX) / dy;
        for (var d = 0; d <= steps; d++)
        {
            var t = flip ? steps - d : d;
            int u, v;
            if (dx >= dy)
            {
                (u, v) = (startX + t, (int)(startY + (slope * t) + 0.5));
            }
            else
            {
                (u, v) = ((int)(startX + (slope * t) + 0.5), startY + t);
            }

            if (u != previousU)
            {
                Cross(u < previousU ? u : u - 1, Math.Min(v, previousV), height, width, crossings);
            }

            (previousU, previousV) = (u, v);
        }
    }

    private static void Cross(int u, int v, int height, int width, List<int> crossings)
    {
        var (x, rest) = Math.DivRem(u - 2, Scale);
        if (rest != 0 || x < 0 || x > width - 1)
        {
            return;
        }

        var y = Math.Clamp((int)Math.Ceiling((v - 2) / (double)Scale), 0, height);
        crossings.Add((x * height) + y);
    }

    private static int[] ToRuns(List<int> crossings)
    {
        var runs = new List<int>(crossings.Count) { crossings[0] };
        for (var i = 1; i < crossings.Count; i++)
        {
            var run = crossings[i] - crossings[i - 1];
            if (run > 0)
            {
                runs.Add(run);
            }
            else if (++i < crossings.Count)
            {
                runs[^1] += crossings[i] - crossings[i - 1]; // a pair at one pixel cancels: the run before goes on
            }
        }

        return [.. runs];
    }
}
