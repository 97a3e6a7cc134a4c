using PPLCNet.Vision.Geometry;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>Standard output for answers, standard error for everything else.</summary>
internal static class Terminal
{
    private static readonly Lazy<IAnsiConsole> _out = new(CreateOut);

    /// <summary>Where people read answers. Wide and plain where it is no terminal, so that nothing is cut.</summary>
    public static IAnsiConsole Out => _out.Value;

    /// <summary>Whether somebody watches standard error.</summary>
    public static bool IsErrorWatched { get; } = !Console.IsErrorRedirected;

    /// <summary>Whether somebody watches standard output.</summary>
    public static bool IsOutputWatched { get; } = !Console.IsOutputRedirected;

    /// <summary>Writes one plain line to standard output; nothing in it is markup and nothing is wrapped.</summary>
    public static void Line(string text = "") => Console.Out.WriteLine(Clean(text));

    /// <summary>Writes several such lines.</summary>
    public static void Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Line(line);
        }
    }

    /// <summary>The corners of a box as they are printed.</summary>
    public static string Place(Box box) => $"({box.X0:0.0}, {box.Y0:0.0}) - ({box.X1:0.0}, {box.Y1:0.0})";

    /// <summary>Writes warnings to standard error.</summary>
    public static void Warn(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Warn(text);
        }
    }

    /// <summary>Writes a warning or an error to standard error.</summary>
    public static void Warn(string text)
    {
        ProgressLine.Erase();
        Console.Error.WriteLine($"pplcnet: {Clean(text)}");
    }

    /// <summary>
    /// The text with control characters shown instead of sent: names of files may hold sequences that command a terminal.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1F') && !text.AsSpan().ContainsAnyInRange('\x7F', '\x9F'))
        {
            return text;
        }

        return string.Concat(text.Select(c => c is '\n' or '\t' || !char.IsControl(c) ? $"{c}" : $"\\x{(int)c:x2}"));
    }

    /// <summary>A table in the house style: in a narrow terminal the last column wraps and the others stay whole.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (var i = 0; i < columns.Length; i++)
        {
            table.AddColumn(new TableColumn(Markup.Escape(columns[i])) { NoWrap = i < columns.Length - 1 });
        }

        return table;
    }

    /// <summary>Adds a row of plain text to a table.</summary>
    public static void Row(Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static IAnsiConsole CreateOut()
    {
        var console = AnsiConsole.Console;
        if (!IsOutputWatched)
        {
            console.Profile.Width = 400;
        }

        return console;
    }
}
