using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Index;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet index ...</c>: galleries that <c>search</c> looks things up in.</summary>
internal sealed class IndexCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Create()
    {
        var group = new Command("index", "Galleries for image search: build, add, remove, info, compact, whiten, check, export.");
        group.Subcommands.Add(new IndexWrite(isNew: true).Create());
        group.Subcommands.Add(new IndexWrite(isNew: false).Create());
        group.Subcommands.Add(IndexRemove.Create());
        group.Subcommands.Add(IndexInfo.Create());
        group.Subcommands.Add(IndexCompact.Create());
        group.Subcommands.Add(IndexWhiten.Create());
        group.Subcommands.Add(IndexCheck.Create());
        group.Subcommands.Add(IndexExport.Create());
        return group;
    }
}
