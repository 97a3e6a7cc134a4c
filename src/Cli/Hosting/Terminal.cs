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
    public static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>Writes a warning or an error to standard error.</summary>
    public static void Warn(string text)
    {
        ProgressLine.Erase();
        Console.Error.WriteLine($"pplcnet: {text}");
    }

    /// <summary>A table in the house style.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)) { NoWrap = true });
        }

        return table;
    }

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
