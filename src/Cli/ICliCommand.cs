using System.CommandLine;

namespace PPLCNet.Vision.Cli;

/// <summary>One command of <c>pplcnet</c>; <see cref="CommandList"/> names them all.</summary>
internal interface ICliCommand
{
    /// <summary>Makes the command with its flags and action. Cheap: nothing is loaded before the action runs.</summary>
    Command Create();
}
