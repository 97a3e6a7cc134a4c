using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary><c>--map FROM=TO,...</c>: ids of label files under other numbers, such as 255=1 for masks of 0 and 255.</summary>
internal sealed class IdMapFlag
{
    private readonly Option<byte[]?> _flag = new("--map")
    {
        Description = "Read these ids of label files as others, for example 255=1 for masks of 0 and 255.",
        HelpName = "FROM=TO,...",
        CustomParser = Parse,
    };

    /// <summary>Adds the flag.</summary>
    public void AddTo(Command command) => command.Options.Add(_flag);

    /// <summary>256 entries, or null without the flag.</summary>
    public byte[]? Read(ParseResult parse) =>
        parse.GetValue(_flag) is { Length: 256 } table ? table : null; // absent arrays come empty

    private static byte[]? Parse(ArgumentResult argument)
    {
        byte[] table = [.. Enumerable.Range(0, 256).Select(id => (byte)id)];
        foreach (var text in argument.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            if (text.Split('=') is [var from, var to]
                && byte.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var source)
                && byte.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var target))
            {
                table[source] = target;
                continue;
            }

            argument.AddError($"--map takes ids 0 to 255 as FROM=TO,..., for example 255=1; found '{text}'.");
            return null;
        }

        return table;
    }
}
