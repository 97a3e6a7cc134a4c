using System.Text.RegularExpressions;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Docs;

/// <summary>Links and paths of the pages lead somewhere.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. GuidePages.All];

    [Theory]
    [MemberData(nameof(Pages))]
    public void RelativeLinksLeadToFilesAndHeadings(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryPaths.Root, page))!;
        foreach (Match link in Link().Matches(string.Join('\n', GuidePages.Lines(page))))
        {
            var parts = link.Groups[1].Value.Split('#');
            if (parts[0].Contains(':', StringComparison.Ordinal))
            {
                continue;
            }

            var target = parts[0].Length == 0 ? Path.Combine(RepositoryPaths.Root, page) : Path.Combine(folder, parts[0]);
            Assert.True(Path.Exists(target), $"{page}: the link '{link.Groups[1].Value}' leads nowhere.");
            if (parts.Length > 1)
            {
                Assert.True(
                    File.ReadLines(target).Any(line => line.StartsWith('#') && Anchor(line) == parts[1]),
                    $"{page}: '{parts[0]}' has no heading '#{parts[1]}'.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void PathsOfTheRepositoryExist(string page)
    {
        foreach (Match path in RepositoryPath().Matches(string.Join('\n', GuidePages.Lines(page))))
        {
            var target = Path.Combine(RepositoryPaths.Root, path.Groups[1].Value);
            Assert.True(Path.Exists(target), $"{page}: `{path.Groups[1].Value}` does not exist.");
        }
    }

    private static string Anchor(string heading) => string.Concat(
        heading.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-').Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    [GeneratedRegex(@"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|bench|scripts|models|samples|docs)/[A-Za-z0-9_./-]+)`")]
    private static partial Regex RepositoryPath();
}
