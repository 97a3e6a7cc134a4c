using System.Collections.Frozen;

namespace PPLCNet.Vision.Detection;

/// <summary>Class names to class indices.</summary>
internal static class ClassFilter
{
    /// <summary>The indices of these names (case ignored).</summary>
    /// <exception cref="ArgumentException">A name is none of the labels.</exception>
    public static FrozenSet<int> Ids(IEnumerable<string> names, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(names);
        var known = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < labels.Count; i++)
        {
            known.TryAdd(labels[i], i);
        }

        return names.Select(name => known.TryGetValue(name, out var id)
            ? id
            : throw new ArgumentException($"Expected classes of the model ({string.Join(", ", labels)}), found '{name}'.", nameof(names))).ToFrozenSet();
    }
}
