using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Docs;

/// <summary>The Markdown pages that users read, by their path below the repository.</summary>
internal static class GuidePages
{
    /// <summary>README, CONTRIBUTING, the guides and decisions, and the pages of the models and samples.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md", "CONTRIBUTING.md", "models/README.md", "samples/README.md",
        .. Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(RepositoryPaths.Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The lines of a page.</summary>
    public static string[] Lines(string page) => File.ReadAllLines(Path.Combine(RepositoryPaths.Root, page));
}
