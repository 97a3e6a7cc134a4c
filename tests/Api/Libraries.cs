using System.Reflection;

namespace PPLCNet.Vision.Tests.Api;

/// <summary>Every library of the suite, found beside the test: the project references them all.</summary>
internal static class Libraries
{
    /// <summary>The libraries by name.</summary>
    public static IReadOnlyList<Assembly> All { get; } =
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "PPLCNet.Vision.*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(n => !n!.EndsWith(".Tests", StringComparison.Ordinal) && n != "PPLCNet.Vision.Support")
            .Order(StringComparer.Ordinal)
            .Select(n => Assembly.Load(n!)),
    ];

    /// <summary>Every public type.</summary>
    public static IEnumerable<Type> PublicTypes => All.SelectMany(a => a.GetExportedTypes());
}
