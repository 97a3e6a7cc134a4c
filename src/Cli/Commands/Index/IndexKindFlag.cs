using System.CommandLine;
using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>The flag <c>--kind flat|int8|hnsw</c>.</summary>
internal static class IndexKindFlag
{
    private static readonly Dictionary<string, GalleryIndexKind> _kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["flat"] = GalleryIndexKind.Flat,
        ["int8"] = GalleryIndexKind.FlatInt8,
        ["hnsw"] = GalleryIndexKind.Hnsw,
    };

    /// <summary>Makes the flag.</summary>
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--kind") { Description = "The index to search with: flat (exact), int8 (exact, faster) or hnsw (approximate).", HelpName = "NAME" };
        option.AcceptOnlyFromAmong([.. _kinds.Keys]);
        return option;
    }

    /// <summary>The kind that was asked for.</summary>
    public static GalleryIndexKind? Parse(string? name) => name is null ? null : _kinds[name];

    /// <summary>The name of a kind.</summary>
    public static string NameOf(GalleryIndexKind kind) => _kinds.First(p => p.Value == kind).Key;
}
