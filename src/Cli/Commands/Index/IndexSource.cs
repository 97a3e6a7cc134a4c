using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Building;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>
/// Images with labels: from folders (an image's folder is its label), a label list, or standard input (path, tab, label). A
/// file counts once, however often it is named.
/// </summary>
internal sealed class IndexSource
{
    private readonly LabeledImageSet _images = new();

    /// <summary>Reads the names of the images, not the images.</summary>
    /// <param name="inputs">Files and folders, or - for standard input.</param>
    /// <param name="labelFile">A label list.</param>
    /// <param name="root">Where relative paths of the list start.</param>
    /// <param name="shard">The part to take.</param>
    /// <param name="isKnown">Whether the file of this full path need not be taken.</param>
    /// <exception cref="CliException">Nothing is named, the label file is not there, or a file is named with two
    /// labels.</exception>
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
            _images.AddList(labelFile, root);
            if (_images.Paths.Count == 0)
            {
                throw new DataFormatException($"'{labelFile}': expected lines with a path and a label, found none.");
            }
        }
        else
        {
            arguments.AddRange(inputs.Where(i => i != "-"));
        }

        if (inputs.Contains("-"))
        {
            foreach (var (path, label) in StandardInput())
            {
                _images.Add(root is null ? path : Path.Combine(root, path), label);
            }
        }
        else if (arguments.Count == 0 && _images.Paths.Count == 0)
        {
            throw NoInput();
        }

        var named = new InputList(arguments, Shard.Whole).Items().Concat(InputList.OfFiles(_images.Paths).Items());
        string[] all = [.. named.Select(i => i.Path).DistinctBy(Path.GetFullPath, ItemPaths.Comparer).Where((_, i) => shard.Takes(i))];
        string[] wanted = [.. all.Where(p => !isKnown(Path.GetFullPath(p)))];
        Known = all.Length - wanted.Length;
        Inputs = InputList.OfFiles(wanted);
    }

    /// <summary>The images, without those that are known.</summary>
    public InputList Inputs { get; }

    /// <summary>How many were known.</summary>
    public int Known { get; }

    /// <summary>The error of a command line without inputs.</summary>
    public static CliException NoInput() =>
        CliException.Usage("no input: name images or folders, a label file with --labels, or - for standard input.");

    /// <summary>The label of an image.</summary>
    public string LabelOf(string path) => _images.LabelOf(path);

    private static IEnumerable<(string Path, string? Label)> StandardInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line.Contains('\uFFFD', StringComparison.Ordinal))
            {
                throw CliException.Usage($"standard input: expected paths in UTF-8, found '{line}'.");
            }

            // Only a tab separates here: a path may have spaces.
            var at = line.IndexOf('\t', StringComparison.Ordinal);
            if (line.Length > 0)
            {
                yield return at < 0 ? (line, null) : (line[..at], line[(at + 1)..]);
            }
        }
    }
}
