using System.Text;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>The blocks of a page as Markdown.</summary>
internal static class PageMarkdown
{
    /// <summary>What PaddleX leaves out unless it is told otherwise.</summary>
    public static IReadOnlyList<string> Ignored { get; } = ["number", "footnote", "header", "header_image", "footer", "footer_image", "aside_text"];

    /// <summary>Writes Markdown.</summary>
    public static string Of(IEnumerable<PageBlock> blocks, IReadOnlyCollection<string> ignored)
    {
        var text = new StringBuilder();
        foreach (var block in blocks.Where(b => b.Content.Length > 0 && !ignored.Contains(b.Label)))
        {
            text.Append(text.Length > 0 ? "\n\n" : "").Append(block.Label switch
            {
                "doc_title" => "# " + OneLine(block.Content),
                "paragraph_title" => "## " + OneLine(block.Content),
                "table" => block.Content.Replace("\n", "  \n", StringComparison.Ordinal), // cells as lines: there is no table model
                _ => OneLine(block.Content),
            });
        }

        return text.ToString();
    }

    /// <summary>The lines of a paragraph joined, without a space between characters of scripts that have none.</summary>
    private static string OneLine(string content)
    {
        var text = new StringBuilder(content.Length);
        foreach (var line in content.Split('\n'))
        {
            if (text.Length > 0 && !(IsWide(text[^1]) && IsWide(line.FirstOrDefault())))
            {
                text.Append(' ');
            }

            text.Append(line);
        }

        return text.ToString();
    }

    private static bool IsWide(char c) => c is >= '\u2E80' and <= '\uA4CF' or >= '\uF900' and <= '\uFAFF' or >= '\uFF00' and <= '\uFF60';
}
