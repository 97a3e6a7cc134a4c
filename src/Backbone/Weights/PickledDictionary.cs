using PPLCNet.Vision.Backbone.Weights.Pickle;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// Reads pickled Python dictionaries of plain data without executing anything; a file that names any Python object but
/// numpy's own is refused.
/// </summary>
internal static class PickledDictionary
{
    /// <summary>Reads a dictionary of whole numbers (Python's or numpy's) and text, pickled with protocol 2 to 5.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="ModelFormatException">The bytes are truncated, ask for too much memory, or hold anything
    /// else.</exception>
    public static Dictionary<long, string> ReadTexts(ReadOnlyMemory<byte> file, string source)
    {
        var map = PickleReader.Read(file, source) as PickleDictionary ?? throw new ModelFormatException(source, "a dictionary", "another value");
        var texts = new Dictionary<long, string>(map.Count);
        foreach (var (key, value) in map)
        {
            texts.Add(
                key is long id ? id : throw new ModelFormatException(source, "whole numbers as keys", $"'{key}'"),
                value as string ?? throw new ModelFormatException(source, $"text for {key}", value?.GetType().Name ?? "None"));
        }

        return texts;
    }
}
