using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Masks;

/// <summary>
/// A binary mask as COCO's run lengths: pixels column by column (index = x * height + y), runs alternate background and
/// foreground, background first. Immutable.
/// </summary>
public sealed class RleMask
{
    private readonly int[] _runs;

    internal RleMask(int height, int width, int[] runs)
    {
        Height = height;
        Width = width;
        _runs = runs;
        Area = SumForeground(runs);
        Box = FindBox(height, width, runs);
    }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Lengths of the runs, background first; they sum to height times width.</summary>
    public ReadOnlySpan<int> Runs => _runs;

    /// <summary>Foreground pixels.</summary>
    public int Area { get; }

    /// <summary>Bounding box of the foreground; all zero where there is none.</summary>
    public CocoBox Box { get; }

    /// <summary>Makes a mask from run lengths (COCO's uncompressed form).</summary>
    /// <exception cref="DataFormatException">A run is negative, or the runs do not sum to the size.</exception>
    public static RleMask FromRuns(int height, int width, ReadOnlySpan<int> runs)
    {
        CheckSize(height, width);
        var sum = 0L;
        foreach (var run in runs)
        {
            if (run < 0)
            {
                throw new DataFormatException($"a run length is negative ({run})");
            }

            sum += run;
        }

        return sum == (long)height * width
            ? new RleMask(height, width, runs.ToArray())
            : throw new DataFormatException(
                $"expected run lengths that sum to {height} x {width} = {(long)height * width} pixels, found {sum}");
    }

    /// <summary>Makes a mask without a foreground pixel.</summary>
    /// <exception cref="DataFormatException">The size is not positive or too large.</exception>
    public static RleMask Empty(int height, int width)
    {
        CheckSize(height, width);
        return new RleMask(height, width, [height * width]);
    }

    /// <summary>Makes a mask from COCO's compressed string.</summary>
    /// <exception cref="DataFormatException">The text is not such a string, or its runs do not sum to the size.</exception>
    public static RleMask FromCompressed(int height, int width, ReadOnlySpan<byte> text) =>
        FromRuns(height, width, RleText.Decode(text));

    /// <summary>
    /// Makes a mask from polygons <c>x1 y1 x2 y2 ...</c>, drawn one by one and united, pixel for pixel as the COCO API draws.
    /// </summary>
    public static RleMask FromPolygons(int height, int width, IReadOnlyList<double[]> polygons)
    {
        CheckSize(height, width);
        var mask = PolygonRasterizer.Fill(height, width, polygons[0]);
        for (var i = 1; i < polygons.Count; i++)
        {
            mask = RleOperations.Union(mask, PolygonRasterizer.Fill(height, width, polygons[i]));
        }

        return new RleMask(height, width, mask);
    }

    /// <summary>Makes the mask of a box: the polygon of its corners.</summary>
    public static RleMask FromBox(int height, int width, CocoBox box)
    {
        var (right, bottom) = (box.X + box.Width, box.Y + box.Height);
        return FromPolygons(height, width, [[box.X, box.Y, box.X, bottom, right, bottom, right, box.Y]]);
    }

    /// <summary>Makes a mask from bytes row by row, where anything but 0 is foreground.</summary>
    public static RleMask FromPixels(int height, int width, ReadOnlySpan<byte> pixels)
    {
        CheckSize(height, width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, height * width);
        var runs = new List<int>();
        var (length, foreground) = (0, false);
        for (var x = 0; x < width; x++)
        {
            for (var y = 0; y < height; y++)
            {
                if (pixels[(y * width) + x] != 0 != foreground)
                {
                    runs.Add(length);
                    (length, foreground) = (0, !foreground);
                }

                length++;
            }
        }

        runs.Add(length);
        return new RleMask(height, width, [.. runs]);
    }

    /// <summary>Makes the mask of one class of a label map.</summary>
    public static RleMask Of(LabelMap labels, int classId)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var pixels = new byte[labels.Width * labels.Height];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = labels.Ids[i] == classId ? (byte)1 : (byte)0;
        }

        return FromPixels(labels.Height, labels.Width, pixels);
    }

    /// <summary>The mask as bytes row by row, 1 = foreground.</summary>
    public byte[] ToPixels()
    {
        var pixels = new byte[Height * Width];
        var at = 0;
        for (var i = 0; i < _runs.Length; i++)
        {
            for (var end = at + _runs[i]; at < end; at++)
            {
                pixels[(at % Height * Width) + (at / Height)] = (byte)(i & 1);
            }
        }

        return pixels;
    }

    /// <summary>COCO's compressed string.</summary>
    public string ToCompressed() => RleText.Encode(_runs);

    /// <summary>Overlap of a detection with a truth of the same size; see <see cref="CocoBox.Iou"/> for crowds.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double Iou(RleMask detection, RleMask truth, bool crowd)
    {
        if (detection.Height != truth.Height || detection.Width != truth.Width)
        {
            throw new ArgumentException(
                $"Masks must have one size, found {detection.Width}x{detection.Height} and {truth.Width}x{truth.Height}.", nameof(truth));
        }

        // The bounding boxes decide first: masks whose boxes only touch are never walked.
        if (CocoBox.Iou(detection.Box, truth.Box, crowd) <= 0)
        {
            return 0;
        }

        var shared = RleOperations.Intersection(detection._runs, truth._runs);
        return shared == 0 ? 0 : shared / (double)(crowd ? detection.Area : (long)detection.Area + truth.Area - shared);
    }

    private static void CheckSize(int height, int width)
    {
        if (height <= 0 || width <= 0 || (long)height * width > int.MaxValue)
        {
            throw new DataFormatException($"expected a mask size of at least 1x1 and fewer than 2^31 pixels, found {width}x{height}");
        }
    }

    private static int SumForeground(int[] runs)
    {
        var sum = 0;
        for (var i = 1; i < runs.Length; i += 2)
        {
            sum += runs[i];
        }

        return sum;
    }

    private static CocoBox FindBox(int height, int width, int[] runs)
    {
        var (left, top, right, bottom) = (width, height, -1, -1);
        var at = 0;
        for (var i = 0; i + 1 < runs.Length; i += 2)
        {
            var start = at + runs[i];
            at = start + runs[i + 1];
            if (at == start)
            {
                continue;
            }

            var (x0, y0) = Math.DivRem(start, height);
            var (x1, y1) = Math.DivRem(at - 1, height);
            var spansColumns = x1 > x0;
            left = Math.Min(left, x0);
            right = Math.Max(right, x1);
            top = spansColumns ? 0 : Math.Min(top, y0);
            bottom = spansColumns ? height - 1 : Math.Max(bottom, y1);
        }

        return right < 0 ? default : new CocoBox(left, top, right - left + 1, bottom - top + 1);
    }
}
