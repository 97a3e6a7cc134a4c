using PPLCNet.Vision.Tests.Differential.Readers;

namespace PPLCNet.Vision.Tests.Differential.Running;

/// <summary>Every property, and how much of the time it gets.</summary>
internal static class PropertyList
{
    private static readonly Dictionary<string, double> _weights = new()
    {
        ["coco-boxes"] = 2,
        ["coco-masks"] = 2,
        ["coco-shards"] = 1,
        ["lvis-boxes"] = 2,
        ["nms-hard"] = 1,
        ["nms-soft"] = 1,
        ["format-coco"] = 0.5,
        ["format-yolo"] = 0.5,
        ["format-voc"] = 0.5,
        ["format-rle"] = 1,
        ["label-png"] = 1,
        ["label-regions"] = 0.5,
        ["label-scores"] = 1,
        ["label-cityscapes"] = 1,
        ["index-flat"] = 1,
        ["index-int8"] = 1,
        ["index-graph"] = 2,
        ["gallery-history"] = 2,
        ["gallery-killed"] = 3,
        ["graph-file"] = 2,
        ["pickle-programs"] = 1,
    };

    /// <summary>The part of all the time that a property gets.</summary>
    public static double ShareOf(string name)
    {
        var readers = FileReaders.All.Count;
        var weight = name.StartsWith(FileReaders.Prefix, StringComparison.Ordinal) ? 1
            : _weights.TryGetValue(name, out var known) ? known
            : throw new ArgumentException($"'{name}' is not in the list of properties.", nameof(name));
        return weight / (_weights.Values.Sum() + readers);
    }
}
