using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Layout;

namespace PPLCNet.Vision.Documents;

/// <summary>
/// Reads a page by its regions: text is read on the whole page, so that nothing between regions is lost, and the lines are
/// then put into the order of the regions. Thread-safe.
/// </summary>
public sealed class LayoutReader(OcrEngine engine, IObjectDetector layout) : IDisposable
{
    // Part of a line's box that must lie in a region for the line to belong there.
    private const float Inside = 0.5f;

    /// <summary>Reads a page.</summary>
    public PageReading Read(PixelBuffer page, CancellationToken cancellationToken)
    {
        var text = engine.Read(page, null, cancellationToken);
        var found = layout.Detect(page, null, cancellationToken);
        var regions = found.Clip(page.Width, page.Height);
        return Arrange(text with { Timings = text.Timings + found.Timings }, regions);
    }

    /// <summary>Puts lines into the order of regions; a line outside every region stands where it lies.</summary>
    public static PageReading Arrange(OcrResult text, Detections regions)
    {
        var lines = text.Lines.Select(l => ToBox(l)).ToList();
        var home = lines.Select(l => HomeOf(l, regions)).ToList();
        var blocks = regions.Boxes.ToArray().ToList();
        var loose = Enumerable.Range(0, lines.Count).Where(i => home[i] < 0).ToList();
        blocks.AddRange(loose.Select(i => lines[i]));

        var ordered = new List<OcrLine>();
        var regionOfLine = new List<int>();
        var regionsInOrder = new List<DetectedObject>();
        var isVertical = TextFrame.IsMostlyVertical([.. text.Lines.Select(l => l.Quad)]);
        foreach (var block in RegionOrder.Sort(blocks, i => i >= regions.Count, isVertical))
        {
            if (block >= regions.Count)
            {
                ordered.Add(text.Lines[loose[block - regions.Count]]);
                regionOfLine.Add(-1);
                continue;
            }

            // Sorted by themselves: a region may hold two columns that the whole page, with its tables and titles, does not show.
            foreach (var line in ReadingOrder.Sort([.. text.Lines.Where((_, i) => home[i] == block)], l => l.Quad))
            {
                ordered.Add(line);
                regionOfLine.Add(regionsInOrder.Count);
            }

            regionsInOrder.Add(regions[block]);
        }

        return new PageReading(text with { Lines = ordered }, regionsInOrder, regionOfLine);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        engine.Dispose();
        layout.Dispose();
    }

    private static int HomeOf(Box line, Detections regions)
    {
        var (best, most) = (-1, Inside);
        for (var i = 0; i < regions.Count; i++)
        {
            var covered = Covered(line, regions.Boxes[i]);
            if (covered > most)
            {
                (best, most) = (i, covered);
            }
        }

        return best;
    }

    private static float Covered(Box line, Box region)
    {
        var width = Math.Min(line.X1, region.X1) - Math.Max(line.X0, region.X0);
        var height = Math.Min(line.Y1, region.Y1) - Math.Max(line.Y0, region.Y0);
        return line.Area > 0 ? Math.Max(0, width) * Math.Max(0, height) / line.Area : 0;
    }

    private static Box ToBox(OcrLine line)
    {
        var (left, top, right, bottom) = line.Quad.Bounds();
        return new Box(left, top, right, bottom);
    }
}
