using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PPLCNet.Vision.Cli;
using PPLCNet.Vision.Cli.Commands;
using PPLCNet.Vision.Cli.Commands.Serve;

var root = new RootCommand("Computer vision on CPUs: text, objects, segmentation and image search on one PP-LCNet backbone.");
foreach (var command in CommandList.Commands)
{
    root.Subcommands.Add(command);
}

try
{
    if (args is [ServeCommand.Name, .. var rest])
    {
        return ServerLauncher.Run(rest); // before signals are listened to: the server handles them in its own way
    }

    StandardStreams.Open();
    Interrupt.Listen();
    RuntimeTelemetry.TurnOff();
    Usage.MakeStrict(root);

    // No response files: an image named @x.jpg is an input, and a file named @x never a command line.
    var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    if (args.Length == 0)
    {
        new HelpAction().Invoke(parse);
        return ExitCode.Usage;
    }

    var errors = parse.Action is ParseErrorAction || parse.Action == parse.CommandResult.Command.Action ? Usage.Errors(parse, args) : [];
    if (errors.Count > 0 || parse.Action is ParseErrorAction)
    {
        foreach (var error in errors)
        {
            Terminal.Warn(error);
        }

        Console.Error.WriteLine($"Try `{Usage.PathOf(parse.CommandResult)} --help`.");
        return ExitCode.Usage;
    }

    return await parse.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    }).ConfigureAwait(false);
}
catch (Exception e)
{
    ProgressLine.Erase();
    if (e is not OperationCanceledException)
    {
        Terminal.Warn(Environment.GetEnvironmentVariable("PPLCNET_TRACE") == "1" ? e.ToString() : Failure.Message(e));
    }

    return Failure.ExitCodeOf(e);
}
