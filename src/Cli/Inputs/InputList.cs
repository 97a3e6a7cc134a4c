using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>
/// The inputs of a run in their order: files as named, folders recursively by ordinal order of relative paths, paths from
/// standard input and from lists.
/// </summary>
internal sealed class InputList
{
    private IEnumerable<InputItem> _everything;
    private readonly Shard _shard;

    /// <summary>The inputs that the arguments name.</summary>
    /// <param name="arguments">Files, folders, - for standard input, and @FILE for a list of paths.</param>
    /// <param name="shard">The part to take.</param>
    /// <exception cref="CliException">There is no such list.</exception>
    public InputList(IReadOnlyList<string> arguments, Shard shard)
        : this(arguments, shard, Expand)
    {
        foreach (var list in arguments.Select(PathList.FileOf).OfType<string>())
        {
            PathList.Check(list);
        }

        IsSingle = arguments is [var only] && only != "-" && !Directory.Exists(only) && PathList.FileOf(only) is null;
        if (arguments.Contains("-"))
        {
            OutputFile.ProtectStandardInput();
        }
        else
        {
            Collect();
        }
    }

    private InputList(IReadOnlyList<string> arguments, Shard shard, Func<string, IEnumerable<InputItem>> expand)
    {
        _shard = shard;
        _everything = arguments.SelectMany(expand);
    }

    /// <summary>Files and folders; no name stands for standard input or a list.</summary>
    public static InputList OfFiles(IReadOnlyList<string> paths)
    {
        var list = new InputList(paths, Shard.Whole, FilesOf);
        list.Collect();
        return list;
    }

    /// <summary>Whether exactly one file was named.</summary>
    public bool IsSingle { get; private init; }

    /// <summary>How many inputs there are; null where they come from standard input.</summary>
    public int? Total { get; private set; }

    /// <summary>How many inputs of any shard <see cref="Items"/> has come to.</summary>
    public int Seen { get; private set; }

    /// <summary>The inputs of the shard, lazily: paths on standard input are taken as they come.</summary>
    public IEnumerable<InputItem> Items()
    {
        var (names, stems) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var position = 0;
        foreach (var item in _everything)
        {
            // Two folders may hold files of one name; their outputs must not overwrite each other.
            Seen++;
            var name = Unique(names, InputItem.WithoutExtension(item.Name), Path.GetExtension(item.Name));
            var stem = Unique(stems, InputItem.WithoutExtension(name), "");
            if (_shard.Takes(position++))
            {
                OutputFile.Protect(item.Path); // those of standard input come one by one, those of lists are of many shards
                yield return item with { Name = name, Stem = stem };
            }
        }
    }

    private static string Unique(HashSet<string> taken, string stem, string extension)
    {
        var name = stem + extension;
        for (var copy = 2; !taken.Add(name); copy++)
        {
            name = $"{stem}-{copy}{extension}";
        }

        return name;
    }

    private static IEnumerable<InputItem> Expand(string argument) =>
        argument == "-" ? PathList.Read(Console.In)
        : PathList.FileOf(argument) is { } list ? PathList.Read(list)
        : FilesOf(argument);

    // Files of other shards are no outputs either; only lists may have so many that looking at each takes long.
    private static IReadOnlyList<InputItem> FilesOf(string path)
    {
        IReadOnlyList<InputItem> items = Directory.Exists(path) ? FromFolder(path) : [PathList.Item(path)];
        foreach (var item in items)
        {
            OutputFile.Protect(item.Path);
        }

        return items;
    }

    private void Collect()
    {
        var known = _everything.ToList();
        _everything = known;
        Total = _shard.CountOf(known.Count);
    }

    /// <summary>The images of a folder; one without any is an input that failed.</summary>
    private static List<InputItem> FromFolder(string folder)
    {
        var images = FileTree.Find(folder, SkippedFormats.Considered).Where(new SkippedFormats(folder).IsRead)
            .Select(f => new InputItem(f.Path, f.Name) { Error = f.Error }).ToList();
        return images.Count > 0 ? images : [new InputItem(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))
        {
            Error = new DataFormatException($"'{folder}': expected images ({string.Join(' ', ImageFile.Extensions)}), found none."),
        }];
    }
}
