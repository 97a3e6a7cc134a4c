using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary><c>pplcnet models pull NAME...</c>: fetches files, resuming, verified, put in place in one step.</summary>
internal static class ModelsPull
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("pull", "Fetch models that are not here; goes on where an earlier try ended.");
        var names =
            command.Argument<string[]>("NAME", "Models of the catalogue; one of parts pulls them all.", ArgumentArity.OneOrMore);
        var from = command.Text("--from", "Address of the file instead of the catalogue's, for a mirror of your own.", "URL");
        var to = command.Text("--to", "Folder that the files go to.", "DIR");
        to.DefaultValueFactory = _ => ModelCatalog.CacheFolder;
        var json = command.Switch("--json", "JSON lines, one object a file.");
        command.SetAction(parse => RunAsync(parse.GetValue(names)!, parse.GetValue(from), parse.GetValue(to)!, parse.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string[] names, string? from, string folder, bool asJson)
    {
        var models = names.SelectMany(ModelCatalog.Default.WithParts).DistinctBy(m => m.File).ToList();
        if (from is not null && models.Count > 1)
        {
            throw CliException.Usage($"--from gives one file, but {models.Count} are asked for.");
        }

        using var client = new HttpClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("pplcnet");
        var puller = new ModelPuller(client);
        foreach (var model in models)
        {
            var here = ModelCatalog.Default.Verify(model) is "ok" ? ModelCatalog.Default.PathOf(model) : null;
            var entry = from is null ? model : model with { Sources = [from] };
            var path = here ?? await PullAsync(puller, entry, folder).ConfigureAwait(false);
            Tell(model, path, here is not null, asJson);
        }

        return ExitCode.Ok;
    }

    private static async Task<string> PullAsync(ModelPuller puller, ModelManifest model, string folder)
    {
        using var progress = new ByteProgress(model.File, model.Bytes);
        return await puller.PullAsync(model, folder, progress, Interrupt.Stop).ConfigureAwait(false);
    }

    private static void Tell(ModelManifest model, string path, bool wasHere, bool asJson)
    {
        if (asJson)
        {
            JsonLine.WriteOut(("name", model.Name), ("file", model.File), ("path", path), ("pulled", !wasHere));
        }
        else
        {
            Terminal.Line($"{model.Name}: {(wasHere ? "here already, " : "pulled to ")}{path}");
        }
    }
}
