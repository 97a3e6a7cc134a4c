using System.Globalization;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>
/// Usage errors that the parser does not find, or tells badly: mistyped flags that it takes for inputs, and numbers that are
/// none.
/// </summary>
internal static class Usage
{
    private static readonly Type[] _whole = [typeof(int), typeof(long)];
    private static readonly Type[] _real = [typeof(float), typeof(double)];

    /// <summary>
    /// Makes numbers strict in a command and all below it: invariant, without thousands, told with the flag's name.
    /// </summary>
    public static void MakeStrict(Command command)
    {
        foreach (var option in command.Options)
        {
            Guard(option.Validators);
            var type = option.ValueType.GetElementType() ?? Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
            if (!HasParser(option) && (_whole.Contains(type) || _real.Contains(type)))
            {
                option.Validators.Insert(0, result => CheckNumbers(result, option.Name, _whole.Contains(type)));
            }
        }

        foreach (var argument in command.Arguments)
        {
            Guard(argument.Validators);
        }

        Guard(command.Validators);
        foreach (var child in command.Subcommands)
        {
            MakeStrict(child);
        }
    }

    /// <summary>How a command is called, for example <c>pplcnet models list</c>.</summary>
    public static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "pplcnet";

    /// <summary>The errors of a command line; none where it can run.</summary>
    /// <param name="parse">What the parser made of it.</param>
    /// <param name="arguments">The command line.</param>
    public static IReadOnlyList<string> Errors(ParseResult parse, IReadOnlyList<string> arguments)
    {
        var unknownCommand = UnknownCommand(parse);
        if (unknownCommand is not null)
        {
            return [unknownCommand];
        }

        var flags = UnknownFlags(parse, arguments).ToList();
        if (flags.Count > 0)
        {
            return flags;
        }

        // The parser tells a value that does not convert once more, with the name of a type.
        var errors = parse.Errors.Select(e => e.Message).Distinct().ToList();
        var own = errors.Where(e => !e.StartsWith("Cannot parse argument", StringComparison.Ordinal)).ToList();
        return own.Count > 0 ? own : errors;
    }

    private static string? UnknownCommand(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        return command.Subcommands.Count > 0 && parse.UnmatchedTokens is [var name, ..] && !name.StartsWith('-')
            ? $"there is no command '{name}'.{Suggestion(name, command.Subcommands.SelectMany(c => c.Aliases.Prepend(c.Name)))}"
            : null;
    }

    /// <summary>Inputs that look like flags; whoever means a file writes <c>./--name</c> or puts it behind <c>--</c>.</summary>
    private static IEnumerable<string> UnknownFlags(ParseResult parse, IReadOnlyList<string> arguments)
    {
        var literal = arguments.SkipWhile(a => a != "--").ToHashSet(StringComparer.Ordinal);
        var taken = parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(r => r.Tokens).Select(t => t.Value);
        var known = Chain(parse.CommandResult).SelectMany(c => c.Command.Options).SelectMany(o => o.Aliases.Prepend(o.Name)).ToList();
        return taken.Concat(parse.UnmatchedTokens)
            .Where(t => t.Length > 1 && t[0] == '-' && !literal.Contains(t))
            .Distinct()
            .Select(t => $"there is no option '{t}'.{Suggestion(t.Split('=')[0], known)}");
    }

    private static IEnumerable<CommandResult> Chain(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            yield return result;
        }
    }

    private static string Suggestion(string word, IEnumerable<string> known)
    {
        var best = known.Distinct().Select(k => (Name: k, Distance: Distance(word, k))).OrderBy(k => k.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, word.TrimStart('-').Length / 3) ? $" Did you mean '{best.Name}'?" : "";
    }

    /// <summary>Edits from one word to another; two letters that change places are one.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }

    /// <summary>Whether an option splits and checks its lists of numbers itself.</summary>
    private static bool HasParser(Option option) =>
        option is Option<int[]?> { CustomParser: not null } or Option<double[]?> { CustomParser: not null };

    private static void CheckNumbers(OptionResult result, string name, bool whole)
    {
        foreach (var token in result.Tokens)
        {
            var fits = whole
                ? long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && (result.Option.ValueType == typeof(long[]) || number is >= int.MinValue and <= int.MaxValue)
                : double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
            if (!fits)
            {
                result.AddError($"{name} takes a {(whole ? "whole number" : "number, for example 0.5")}; found '{token.Value}'.");
            }
        }
    }

    /// <summary>Validators read values, and a value that does not convert throws: the conversion's own error is enough.</summary>
    private static void Guard<T>(List<Action<T>> validators)
        where T : SymbolResult
    {
        for (var i = 0; i < validators.Count; i++)
        {
            var validator = validators[i];
            validators[i] = result =>
            {
                try
                {
                    validator(result);
                }
                catch (InvalidOperationException e)
                {
                    if (!result.Errors.Any())
                    {
                        result.AddError(e.Message);
                    }
                }
            };
        }
    }
}
