using PPLCNet.Vision.Cli.Commands.Index;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet index ...</c>: galleries that <c>search</c> looks things up in.</summary>
internal static class IndexCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() =>
        new Command("index", "Galleries for image search: build, add, remove, info, compact, whiten, check, export.").With(
            IndexWrite.Create(isNew: true),
            IndexWrite.Create(isNew: false),
            IndexRemove.Create(),
            IndexInfo.Create(),
            IndexCompact.Create(),
            IndexWhiten.Create(),
            IndexCheck.Create(),
            IndexExport.Create());
}
