using PPLCNet.Vision.Cli.Commands.Models;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet models ...</c>: lists, downloads and verifies models by name.</summary>
internal static class ModelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new Command("models", "The catalogue: list, show, fetch, verify, import.")
        .With(ModelsList.Create(), ModelsInfo.Create(), ModelsPull.Create(), ModelsVerify.Create(), ModelsImport.Create());
}
