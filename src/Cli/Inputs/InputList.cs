using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>
/// The inputs of a run in their order: files as named, folders recursively by ordinal order of relative paths, paths from
/// standard input.
/// </summary>
internal sealed class InputList
{
    private readonly IEnumerable<InputItem> _everything;
    private readonly Shard _shard;

    /// <summary>The inputs that the arguments name.</summary>
    public InputList(IReadOnlyList<string> arguments, Shard shard)
    {
        _shard = shard;
        _everything = arguments.SelectMany(Expand);
        IsSingle = arguments is [var only] && only != "-" && !Directory.Exists(only);
        if (arguments.Contains("-"))
        {
            OutputFile.ProtectStandardInput();
        }
        else
        {
            var known = _everything.ToList();
            foreach (var item in known)
            {
                OutputFile.Protect(item.Path);
            }

            _everything = known;
            Total = shard.CountOf(known.Count);
        }
    }

    /// <summary>Whether exactly one file was named.</summary>
    public bool IsSingle { get; }

    /// <summary>How many inputs there are; null where they come from standard input.</summary>
    public int? Total { get; }

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
            OutputFile.Protect(item.Path); // those of standard input come one by one
            var name = Unique(names, InputItem.WithoutExtension(item.Name), Path.GetExtension(item.Name));
            var stem = Unique(stems, InputItem.WithoutExtension(name), "");
            if (_shard.Takes(position++))
            {
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
        argument == "-" ? FromStandardInput()
        : Directory.Exists(argument) ? FromFolder(argument)
        : [new InputItem(argument, Path.GetFileName(argument))];

    private static IEnumerable<InputItem> FromStandardInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            line = line.TrimStart('\uFEFF'); // lists of some editors begin with a byte order mark
            if (line.Length > 0)
            {
                yield return new InputItem(line, Path.GetFileName(line));
            }
        }
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
