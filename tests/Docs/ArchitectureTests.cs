using System.Text.RegularExpressions;
using System.Xml.Linq;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Docs;

/// <summary>The drawing of docs/architecture.md shows the packages and references that the project files have.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly ILookup<string, string> _references = Directory
        .EnumerateFiles(Path.Combine(RepositoryPaths.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .SelectMany(file => References(file).Select(target => (Source: Path.GetFileNameWithoutExtension(file), Target: target)))
        .ToLookup(edge => edge.Source, edge => edge.Target);

    private static readonly ILookup<string, string> _drawing = Drawing().ToLookup(edge => edge.Source, edge => edge.Target);

    [Fact]
    public void EveryReferenceIsDrawn() => AssertCovered(_references, _drawing, "in the drawing");

    [Fact]
    public void EveryArrowIsAReference() => AssertCovered(_drawing, _references, "in the project files");

    [Fact]
    public void TheWayOfAnImageHasAtMostNineFiles()
    {
        var steps = GuidePages.Lines("docs/architecture.md").Where(line => Step().IsMatch(line)).ToList();
        Assert.InRange(steps.Count, 1, 9);
    }

    private static void AssertCovered(ILookup<string, string> edges, ILookup<string, string> by, string where)
    {
        foreach (var source in edges)
        {
            var reached = Reach(source.Key, by);
            Assert.All(
                source, target => Assert.True(reached.Contains(target), $"{source.Key} does not lead to {target} {where}."));
        }
    }

    private static HashSet<string> Reach(string source, ILookup<string, string> edges)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(edges[source]);
        while (open.TryDequeue(out var next))
        {
            if (reached.Add(next))
            {
                Array.ForEach([.. edges[next]], open.Enqueue);
            }
        }

        return reached;
    }

    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<(string Source, string Target)> Drawing()
    {
        var lines = GuidePages.Lines("docs/architecture.md");
        foreach (var line in lines.Where(line => line.Contains("-->", StringComparison.Ordinal)))
        {
            var sides = Label().Replace(line, "").Split("-->");
            foreach (var target in sides[1].Split('&'))
            {
                yield return (NameOf(sides[0]), NameOf(target));
            }
        }
    }

    private static string NameOf(string node) =>
        node.Trim() is var name && name is "Postgres" or "VectorData" ? $"Retrieval.{name}" : name;

    [GeneratedRegex("\\[\"[^\"]*\"\\]")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\| \d+ \| `src/")]
    private static partial Regex Step();
}
