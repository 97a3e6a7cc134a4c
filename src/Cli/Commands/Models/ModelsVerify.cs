using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models verify [NAME...]</c>: SHA-256 of the files against the catalogue.</summary>
internal static class ModelsVerify
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("verify", "Compare files with the catalogue's SHA-256; exit code 3 where one differs or is missing.");
        var names = command.Argument<string[]>(
            "NAME", "Models; without names, every file that is here or ships.", ArgumentArity.ZeroOrMore);
        var json = command.Switch("--json", "JSON lines, one object a file.");
        command.SetAction(parse => Run(parse.GetValue(names)!, parse.GetValue(json)));
        return command;
    }

    private static int Run(string[] names, bool asJson)
    {
        var bad = 0;
        foreach (var model in Chosen(names))
        {
            var state = ModelCatalog.Default.Verify(model);
            bad += state is "ok" or "unknown" ? 0 : 1;
            if (asJson)
            {
                JsonLine.WriteOut(
                    ("name", model.Name), ("file", model.File), ("state", state), ("path", ModelCatalog.Default.PathOf(model)));
            }
            else
            {
                Terminal.Line($"{state,-9} {model.Name,-32} {ModelCatalog.Default.PathOf(model) ?? model.File}");
            }
        }

        return bad > 0 ? ExitCode.Model : ExitCode.Ok;
    }

    private static IEnumerable<ModelManifest> Chosen(string[] names) => names.Length == 0
        ? ModelCatalog.Default.Models.Where(m => m.File.Length > 0 && (m.Ships || ModelCatalog.Default.PathOf(m) is not null))
        : names.SelectMany(ModelCatalog.Default.WithParts);
}
