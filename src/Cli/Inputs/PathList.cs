using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>
/// Lists of paths, one a line: standard input, or a file that is named as <c>@FILE</c>. Relative paths start from the working
/// directory.
/// </summary>
internal static class PathList
{
    /// <summary>The list that an argument names; null where it names none, or a file or folder that begins with an @.</summary>
    public static string? FileOf(string argument) =>
        argument is ['@', _, ..] && !File.Exists(argument) && !Directory.Exists(argument) ? argument[1..] : null;

    /// <summary>Makes sure that a list is there before any work is done, and that no output replaces it.</summary>
    /// <exception cref="CliException">There is no such file.</exception>
    public static void Check(string path)
    {
        if (!File.Exists(path))
        {
            throw CliException.Usage($"'@{path}': expected a list of paths in '{path}', found no such file.");
        }

        OutputFile.Protect(path);
    }

    /// <summary>The inputs of a list file; one without any is an input that failed.</summary>
    /// <exception cref="DataFormatException">It is not a text.</exception>
    public static IEnumerable<InputItem> Read(string path)
    {
        using var reader = new StreamReader(InputFile.OpenRead(path));
        var isEmpty = true;
        foreach (var item in Read(reader))
        {
            isEmpty = false;
            yield return item.Path.Contains('\0', StringComparison.Ordinal)
                ? throw new DataFormatException($"'{path}': expected a list of paths, one a line, found binary data.")
                : item;
        }

        if (isEmpty)
        {
            var error = new DataFormatException($"'{path}': expected paths, one a line, found none.");
            yield return Item(path) with { Error = error };
        }
    }

    /// <summary>The inputs of a list.</summary>
    public static IEnumerable<InputItem> Read(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            line = line.TrimStart('\uFEFF'); // lists of some editors begin with a byte order mark
            if (line.Length > 0)
            {
                yield return Item(line);
            }
        }
    }

    /// <summary>One file.</summary>
    public static InputItem Item(string path) => new(path, Path.GetFileName(path));
}
