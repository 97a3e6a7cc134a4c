using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary>
/// <c>pplcnet models pull NAME...</c>: fetches models of the catalogue and official ones, resuming, verified, converted, put in
/// place in one step.
/// </summary>
internal static class ModelsPull
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "pull", "Fetch models that are not here and make them ready; goes on where an earlier try ended.");
        var names = command.Argument<string[]>(
            "NAME", "Models of `models list` and `models list --remote`; one of parts pulls them all.", ArgumentArity.OneOrMore);
        var from = command.Text(
            "--from", "Address or path of the file instead of the published ones, for a mirror of your own.", "URL");
        var to = command.Text("--to", "Folder that the files go to.", "DIR");
        to.DefaultValueFactory = _ => ModelCatalog.CacheFolder;
        var changed = command.Switch(
            "--accept-changed", "Pull an official model again, and take a file that differs from the first.");
        var json = command.Switch("--json", "JSON lines, one object a file.");
        command.SetAction(parse => RunAsync(
            parse.GetValue(names)!, new Target(parse.GetValue(from), parse.GetValue(to)!, parse.GetValue(changed)),
            parse.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string[] names, Target target, bool asJson)
    {
        var steps = names.SelectMany(Steps).DistinctBy(s => s.Name).ToList();
        if (target.From is not null && steps.Count > 1)
        {
            throw CliException.Usage($"--from gives one file, but {steps.Count} are asked for.");
        }

        using var client = OfficialPull.Client();
        foreach (var step in steps)
        {
            var here = target.AcceptChanged && step.Official is not null ? null : step.Here();
            var path = here ?? await PullAsync(client, step, target).ConfigureAwait(false);
            Tell(step, path, here is not null, asJson);
        }

        return ExitCode.Ok;
    }

    /// <summary>A name of the catalogue whose file is here or has addresses of its own, else an official model.</summary>
    private static IEnumerable<Step> Steps(string name)
    {
        var known = ModelCatalog.Default.Named(name);
        var official = OfficialModels.Find(name);
        return official is not null && (known is null || (!ModelCatalog.Default.IsPresent(known) && known.Sources.Count == 0))
            ? OfficialPull.WithParts(official).Select(m => new Step(m.Name, null, m))
            : ModelCatalog.Default.WithParts(name).Select(m => new Step(m.Name, m, null));
    }

    private static async Task<string> PullAsync(HttpClient client, Step step, Target target)
    {
        if (step.Official is { } official)
        {
            var pulled = await OfficialPull.RunAsync(client, official, target.Folder, target.From, target.AcceptChanged)
                .ConfigureAwait(false);
            return pulled.Path.Length > 0 ? pulled.Path : Path.Combine(target.Folder, official.Name + ".json");
        }

        var model = target.From is { } from ? step.Known! with { Sources = [from] } : step.Known!;
        using var progress = new ByteProgress(model.File, model.Bytes);
        return await new ModelPuller(client).PullAsync(model, target.Folder, progress, Interrupt.Stop).ConfigureAwait(false);
    }

    private static void Tell(Step step, string path, bool wasHere, bool asJson)
    {
        if (asJson)
        {
            JsonLine.WriteOut(("name", step.Name), ("file", Path.GetFileName(path)), ("path", path), ("pulled", !wasHere));
        }
        else
        {
            Terminal.Line($"{step.Name}: {(wasHere ? "here already, " : "pulled to ")}{path}");
        }
    }

    /// <summary>Where from and where to.</summary>
    private sealed record Target(string? From, string Folder, bool AcceptChanged);

    /// <summary>One model to pull: of the catalogue, or an official one.</summary>
    private sealed record Step(string Name, ModelManifest? Known, OfficialModel? Official)
    {
        /// <summary>Its path, where there is nothing to do.</summary>
        public string? Here() =>
            Known is not null ? (ModelCatalog.Default.Verify(Known) is "ok" ? ModelCatalog.Default.PathOf(Known) : null) : OfficialPull.Here(Name);
    }
}
