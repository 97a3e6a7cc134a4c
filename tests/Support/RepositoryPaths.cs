namespace PPLCNet.Vision.Tests.Support;

/// <summary>Finds the repository, its shipped models and samples, and the optional reference data beside it.</summary>
public static class RepositoryPaths
{
    /// <summary>The folder that holds <c>PPLCNet.Vision.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The weights that ship with the project.</summary>
    public static string Models => Path.Combine(Root, "models");

    /// <summary>The images that ship with the project.</summary>
    public static string Samples => Path.Combine(Root, "samples");

    /// <summary>A file or folder of the reference data; skips the running test, saying so, where it is absent.</summary>
    /// <param name="parts">Path below the reference data folder, for example <c>"golden", "lcnet"</c>.</param>
    public static string Shared(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([Path.GetFullPath(Path.Combine(Root, "..", "shared")), .. parts]);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path),
            $"Reference data '{string.Join('/', parts)}' is absent on this machine (looked in ../shared).");
        return path;
    }

    /// <summary>Whether the reference data lies beside the repository.</summary>
    public static bool HasShared => Directory.Exists(Path.Combine(Root, "..", "shared"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PPLCNet.Vision.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No PPLCNet.Vision.sln above '{AppContext.BaseDirectory}'.");
    }
}
