namespace PPLCNet.Vision.Tests.Docs;

/// <summary>A fenced C# block of a page.</summary>
/// <param name="Page">Path of the page below the repository.</param>
/// <param name="Line">Line of the fence, from 1 on.</param>
/// <param name="Code">The block.</param>
public sealed record CodeSample(string Page, int Line, string Code)
{
    /// <summary>The blocks of a page in their order.</summary>
    public static IEnumerable<CodeSample> Of(string page)
    {
        var lines = GuidePages.Lines(page);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```csharp")
            {
                continue;
            }

            var end = Array.FindIndex(lines, i + 1, line => line.Trim() == "```");
            Assert.True(end > 0, $"{page}:{i + 1}: the code block has no end.");
            yield return new CodeSample(page, i + 1, string.Join('\n', lines[(i + 1)..end]));
            i = end;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Page}:{Line}";
}
