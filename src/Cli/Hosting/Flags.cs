namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>Declares the flags of a command, one statement a flag, in the order of its help page.</summary>
internal static class Flags
{
    /// <summary>Adds a flag.</summary>
    /// <param name="command">The command.</param>
    /// <param name="name">The flag, for example <c>--top</c>.</param>
    /// <param name="description">A sentence for the help page.</param>
    /// <param name="help">What its value is called there.</param>
    /// <param name="required">Whether the command does not run without it.</param>
    public static Option<T> Flag<T>(this Command command, string name, string description, string? help = null, bool required = false)
    {
        var option = new Option<T>(name) { Description = description, HelpName = help, Required = required };
        command.Options.Add(option);
        return option;
    }

    /// <summary>Adds a flag that takes a text.</summary>
    /// <inheritdoc cref="Flag"/>
    public static Option<string?> Text(this Command command, string name, string description, string? help = null, bool required = false) =>
        command.Flag<string?>(name, description, help, required);

    /// <summary>Adds a flag that is there or not.</summary>
    /// <inheritdoc cref="Flag"/>
    public static Option<bool> Switch(this Command command, string name, string description) =>
        command.Flag<bool>(name, description);

    /// <summary>Adds an argument.</summary>
    public static Argument<T> Argument<T>(this Command command, string name, string description, ArgumentArity? arity = null)
    {
        var argument = new Argument<T>(name) { Description = description };
        argument.Arity = arity ?? argument.Arity;
        command.Arguments.Add(argument);
        return argument;
    }

    /// <summary>Adds a second name.</summary>
    public static Option<T> Alias<T>(this Option<T> option, string alias)
    {
        option.Aliases.Add(alias);
        return option;
    }

    /// <summary>The value without the flag.</summary>
    public static Option<T> Default<T>(this Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>Takes only these words.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params string[] words) => option.AcceptOnlyFromAmong(words);

    /// <summary>Takes several values behind one another.</summary>
    public static Option<T> Many<T>(this Option<T> option)
    {
        option.AllowMultipleArgumentsPerToken = true;
        return option;
    }

    /// <summary>Checks the value, where there is one.</summary>
    /// <param name="option">The flag.</param>
    /// <param name="fits">Whether the value is allowed.</param>
    /// <param name="rule">What follows the flag's name in the message.</param>
    public static Option<T> Must<T>(this Option<T> option, Func<T, bool> fits, string rule)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is { } value && !fits(value))
            {
                result.AddError($"{option.Name} {rule}.");
            }
        });
        return option;
    }

    /// <summary>Refuses the flag beside another one.</summary>
    public static Option<T> Excludes<T>(this Option<T> option, string other)
    {
        option.Validators.Add(result =>
        {
            if (!result.Implicit && result.GetResult(other) is OptionResult { Implicit: false })
            {
                result.AddError($"{other} and {option.Name} exclude each other.");
            }
        });
        return option;
    }

    /// <summary>Refuses the flag without another one.</summary>
    /// <param name="option">The flag.</param>
    /// <param name="other">The flag that it needs.</param>
    /// <param name="form">How that is written, for the message.</param>
    public static Option<T> Needs<T>(this Option<T> option, string other, string form)
    {
        option.Validators.Add(result =>
        {
            if (!result.Implicit && result.GetResult(other) is null)
            {
                result.AddError($"{option.Name} needs {form}.");
            }
        });
        return option;
    }

    /// <summary>Reads the one value; null tells that it does not fit.</summary>
    /// <param name="option">The flag.</param>
    /// <param name="takes">What it takes, for messages.</param>
    /// <param name="read">The reader.</param>
    public static Option<T> Read<T>(this Option<T> option, string takes, Func<string, T?> read) =>
        option.ReadAll(takes, texts => texts is [var text] && read(text) is { } value ? (value, null) : (default, texts is [var bad] ? bad : ""));

    /// <summary>Reads all values of the flag together.</summary>
    /// <param name="option">The flag.</param>
    /// <param name="takes">What it takes, for messages.</param>
    /// <param name="read">The reader; it returns the text that does not fit, or null.</param>
    public static Option<T> ReadAll<T>(this Option<T> option, string takes, Func<IReadOnlyList<string>, (T? Value, string? Bad)> read)
    {
        option.CustomParser = argument =>
        {
            var (value, bad) = read([.. argument.Tokens.Select(t => t.Value)]);
            if (bad is not null)
            {
                argument.AddError($"{option.Name} takes {takes}; found '{bad}'.");
            }

            return value;
        };
        return option;
    }

    /// <summary>Adds an error to the command line where a condition over several flags does not hold.</summary>
    public static void Refuse(this Command command, Func<CommandResult, bool> when, string message) => command.Validators.Add(result =>
    {
        if (when(result))
        {
            result.AddError(message);
        }
    });

    /// <summary>Adds commands below this one.</summary>
    public static Command With(this Command command, params ReadOnlySpan<Command> children)
    {
        foreach (var child in children)
        {
            command.Subcommands.Add(child);
        }

        return command;
    }

    /// <summary>What the command does; its exit code is 0 unless it throws.</summary>
    public static Command Does(this Command command, Action<ParseResult> action)
    {
        command.SetAction(parse =>
        {
            action(parse);
            return ExitCode.Ok;
        });
        return command;
    }
}
