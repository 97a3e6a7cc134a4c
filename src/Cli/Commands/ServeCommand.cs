using PPLCNet.Vision.Cli.Commands.Serve;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary>
/// <c>pplcnet serve</c>: every task over HTTP. The flags are the server's own; <c>pplcnet serve --help</c> lists them.
/// </summary>
internal static class ServeCommand
{
    /// <summary>Its name, before which no parser looks at the arguments.</summary>
    public const string Name = "serve";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(Name, "Serve every task over HTTP.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(parse => ServerLauncher.Run(parse.UnmatchedTokens));
        return command;
    }
}
