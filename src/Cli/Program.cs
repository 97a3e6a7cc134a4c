using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PPLCNet.Vision.Cli;

var root = new RootCommand("Computer vision on CPUs: text, objects, segmentation and image search on one PP-LCNet backbone.");
foreach (var command in CommandList.Commands)
{
    root.Subcommands.Add(command.Create());
}

Interrupt.Listen();
try
{
    var parse = root.Parse(args);
    if (args.Length == 0)
    {
        new HelpAction().Invoke(parse);
        return ExitCode.Usage;
    }

    if (parse.Action is ParseErrorAction)
    {
        foreach (var error in parse.Errors)
        {
            Terminal.Warn(error.Message);
        }

        Console.Error.WriteLine($"Try `{CommandPath.Of(parse.CommandResult)} --help`.");
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
