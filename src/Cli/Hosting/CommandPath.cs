using System.CommandLine.Parsing;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>How a command is called, for messages.</summary>
internal static class CommandPath
{
    /// <summary>For example <c>pplcnet models list</c>.</summary>
    public static string Of(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Of(parent)} {result.Command.Name}" : "pplcnet";
}
