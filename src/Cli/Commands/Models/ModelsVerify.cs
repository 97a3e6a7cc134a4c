using System.CommandLine;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models verify [NAME...]</c>: SHA-256 of the files against the catalogue.</summary>
internal static class ModelsVerify
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("verify", "Compare files with the catalogue's SHA-256; exit code 3 where one differs or is missing.");
        var names = new Argument<string[]>("NAME") { Description = "Models; without names, every file that is here or ships.", Arity = ArgumentArity.ZeroOrMore };
        var json = new Option<bool>("--json") { Description = "JSON lines, one object a file." };
        command.Arguments.Add(names);
        command.Options.Add(json);
        command.SetAction(parse => Run(parse.GetValue(names)!, parse.GetValue(json)));
        return command;
    }

    private static int Run(string[] names, bool asJson)
    {
        var bad = 0;
        foreach (var model in Chosen(names))
        {
            var state = ModelFiles.Verify(model);
            bad += state is "ok" or "unknown" ? 0 : 1;
            if (asJson)
            {
                JsonLine.WriteOut(json =>
                {
                    json.WriteString("name", model.Name);
                    json.WriteString("file", model.File);
                    json.WriteString("state", state);
                    json.WriteString("path", ModelFiles.PathOf(model));
                });
            }
            else
            {
                Terminal.Line($"{state,-9} {model.Name,-32} {ModelFiles.PathOf(model) ?? model.File}");
            }
        }

        return bad > 0 ? ExitCode.Model : ExitCode.Ok;
    }

    private static IEnumerable<ModelManifest> Chosen(string[] names) => names.Length == 0
        ? ModelCatalog.Default.Models.Where(m => m.File.Length > 0 && (m.Ships || ModelFiles.PathOf(m) is not null))
        : names.SelectMany(ModelFiles.WithParts);
}
