using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>The flag <c>--kind flat|int8|hnsw</c>.</summary>
internal static class IndexKindFlag
{
    private static readonly string[] _names = ["flat", "int8", "hnsw"]; // in the order of GalleryIndexKind

    /// <summary>Adds the flag.</summary>
    public static Option<string?> Kind(this Command command) => command
        .Text("--kind", "The index to search with: flat (exact), int8 (exact, faster) or hnsw (approximate).", "NAME").OneOf(_names);

    /// <summary>The kind that was asked for.</summary>
    public static GalleryIndexKind? Parse(string? name) => name is null ? null : (GalleryIndexKind)Array.IndexOf(_names, name);

    /// <summary>The name of a kind.</summary>
    public static string NameOf(GalleryIndexKind kind) => _names[(int)kind];
}
