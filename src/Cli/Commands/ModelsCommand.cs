using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Models;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet models ...</c>: lists, downloads and verifies models by name.</summary>
internal sealed class ModelsCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Create()
    {
        var group = new Command("models", "The catalogue: list, show, fetch, verify, import.");
        group.Subcommands.Add(ModelsList.Create());
        group.Subcommands.Add(ModelsInfo.Create());
        group.Subcommands.Add(ModelsPull.Create());
        group.Subcommands.Add(ModelsVerify.Create());
        group.Subcommands.Add(ModelsImport.Create());
        return group;
    }
}
