using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>
/// Images with labels, gathered from folders, lists and single files. A file is in the set once, however often and under
/// whatever path it is
/// named; a file without a label has the name of its folder as its label. Not thread-safe.
/// </summary>
internal sealed class LabeledImageSet
{
    private readonly HashSet<string> _files = new(ItemPaths.Comparer);
    private readonly Dictionary<string, string> _labels = new(ItemPaths.Comparer);
    private readonly List<string> _paths = [];

    /// <summary>The paths as they were named, in the order in which they were added.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The images with their labels, in the order in which they were added.</summary>
    public IEnumerable<LabeledImage> Images => _paths.Select(p => new LabeledImage(p, LabelOf(p)));

    /// <summary>Adds one file, which need not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">Its label; null takes the name of its folder.</param>
    /// <exception cref="ArgumentException">The file is in the set with another label.</exception>
    public void Add(string path, string? label = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        if (label is not null && !_labels.TryAdd(full, label) && _labels[full] is var other && other != label)
        {
            throw new ArgumentException($"'{path}' is named with two labels, '{other}' and '{label}'; a file is one item.");
        }

        if (_files.Add(full))
        {
            _paths.Add(path);
        }
    }

    /// <summary>Adds the images of a folder and of the folders below it, by ordinal order of their paths.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public void AddFolder(string folder)
    {
        // A folder that cannot be read is among the finds: reading it as an image reports its error.
        foreach (var found in ImageFile.Find(folder))
        {
            Add(found.Path);
        }
    }

    /// <summary>Adds the images of a list of paths and labels.</summary>
    /// <param name="list">The list, as <see cref="LabelList"/> reads it.</param>
    /// <param name="root">The folder where relative paths start; null takes the folder of the list.</param>
    /// <exception cref="FileNotFoundException">The list does not exist.</exception>
    /// <exception cref="DataFormatException">A line cannot be read, or can be read in two ways.</exception>
    /// <exception cref="ArgumentException">A file has two labels.</exception>
    public void AddList(string list, string? root = null)
    {
        foreach (var entry in LabeledImages.Entries(list, root))
        {
            Add(entry.Path!, entry.Label);
        }
    }

    /// <summary>The label of a file: the one that it was added with, else the name of its folder.</summary>
    public string LabelOf(string path) =>
        _labels.TryGetValue(Path.GetFullPath(path), out var label) ? label : LabeledImage.FolderOf(path);
}
