using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>Images with labels: from folders (an image's folder is its label), a label file, or standard input (path, tab, label).</summary>
internal sealed class IndexSource
{
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

    /// <summary>Reads the names of the images, not the images.</summary>
    /// <exception cref="CliException">Nothing is named, or the label file is not there.</exception>
    public IndexSource(IReadOnlyList<string> inputs, string? labelFile, string? root, Shard shard, Func<string, bool> isKnown)
    {
        var arguments = new List<string>();
        if (labelFile is not null)
        {
            if (!File.Exists(labelFile))
            {
                throw CliException.Usage($"'{labelFile}': there is no such label file.");
            }

            // A folder beside a label file is where the file's paths start, not one more folder of images.
            root ??= inputs.Count == 1 && Directory.Exists(inputs[0]) ? inputs[0] : Path.GetDirectoryName(Path.GetFullPath(labelFile))!;
            arguments.AddRange(LabeledImages.ReadLines(labelFile).Select(l => Named(l, root)));
        }
        else
        {
            arguments.AddRange(inputs.Where(i => i != "-"));
        }

        if (inputs.Contains("-"))
        {
            arguments.AddRange(StandardInput().Select(l => Named(l, root)));
        }
        else if (arguments.Count == 0)
        {
            throw CliException.Usage("no input: name images or folders, a label file with --labels, or - for standard input.");
        }

        var all = new InputList(arguments, shard).Items().ToList();
        string[] wanted = [.. all.Select(i => i.Path).Where(p => !isKnown(p))];
        Known = all.Count - wanted.Length;
        Inputs = new InputList(wanted, Shard.Whole);
    }

    /// <summary>The images, without those that are known.</summary>
    public InputList Inputs { get; }

    /// <summary>How many were known.</summary>
    public int Known { get; }

    /// <summary>The label of an image.</summary>
    public string LabelOf(string path) => _labels.TryGetValue(path, out var label) ? label : LabeledImage.FolderOf(path);

    private static IEnumerable<LabeledImage> StandardInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            // Only a tab separates here: a path may have spaces.
            var at = line.IndexOf('\t', StringComparison.Ordinal);
            if (line.Length > 0)
            {
                yield return at < 0 ? new LabeledImage(line, LabeledImage.FolderOf(line)) : new LabeledImage(line[..at], line[(at + 1)..]);
            }
        }
    }

    private string Named(LabeledImage line, string? root)
    {
        var path = line.Path.Length > 0 ? line.Path : line.Label;
        path = root is null || Path.IsPathRooted(path) ? path : Path.Combine(root, path);
        if (line.Path.Length > 0)
        {
            _labels[path] = line.Label;
        }

        return path;
    }
}
