using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>A block of a page in PaddleX's names.</summary>
/// <param name="Label">Its kind.</param>
/// <param name="Content">Its text, a line each.</param>
/// <param name="Box">Where it is.</param>
internal sealed record PageBlock(string Label, string Content, Box Box)
{
    /// <summary>The blocks of a page in reading order; lines outside of every region are blocks of text.</summary>
    public static IReadOnlyList<PageBlock> Of(PageReading page)
    {
        var blocks = new List<PageBlock>();
        var title = Title(page);
        var next = 0;
        for (var i = 0; i < page.Text.Lines.Count;)
        {
            var region = page.RegionOfLine[i];
            var end = i;
            while (end < page.Text.Lines.Count && page.RegionOfLine[end] == region)
            {
                end++;
            }

            // Regions without text, such as figures, stand where they come in reading order.
            for (; next < region; next++)
            {
                blocks.Add(new PageBlock(LabelOf(page, next, title), "", page.Regions[next].Box));
            }

            OcrLine[] lines = [.. page.Text.Lines.Skip(i).Take(end - i)];
            var text = string.Join('\n', lines.Select(l => l.Text));
            blocks.Add(region < 0 ? new PageBlock("text", text, Around(lines)) : new PageBlock(LabelOf(page, region, title), text, page.Regions[region].Box));
            next = Math.Max(next, region + 1);
            i = end;
        }

        for (; next < page.Regions.Count; next++)
        {
            blocks.Add(new PageBlock(LabelOf(page, next, title), "", page.Regions[next].Box));
        }

        return blocks;
    }

    /// <summary>PaddleX's name for a class of our layout model.</summary>
    public static string LabelOf(string className) => className switch
    {
        "title" => "paragraph_title",
        "figure" => "image",
        "figure_caption" => "figure_title",
        "table_caption" => "table_title",
        "equation" => "formula",
        _ => className,
    };

    private static string LabelOf(PageReading page, int region, int title) =>
        region == title ? "doc_title" : LabelOf(page.Regions[region].Class);

    /// <summary>The title of the document: the tallest one, where it stands above all other titles.</summary>
    private static int Title(PageReading page)
    {
        int[] titles = [.. Enumerable.Range(0, page.Regions.Count).Where(i => page.Regions[i].Class == "title")];
        if (titles.Length == 0)
        {
            return -1;
        }

        var top = titles.MinBy(i => page.Regions[i].Box.Y0);
        return titles.All(i => page.Regions[i].Box.Height <= page.Regions[top].Box.Height) ? top : -1;
    }

    private static Box Around(OcrLine[] lines)
    {
        var bounds = lines.Select(l => l.Quad.Bounds()).ToArray();
        return new Box(bounds.Min(b => b.Item1), bounds.Min(b => b.Item2), bounds.Max(b => b.Item3), bounds.Max(b => b.Item4));
    }
}
