using PPLCNet.Vision.Cli.Commands.Models;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>What the commands over images share: inputs, flags and the run.</summary>
internal static class ImageCommand
{
    /// <summary>Adds the common flags behind the command's own, and the action.</summary>
    /// <typeparam name="T">What the task finds in one image.</typeparam>
    /// <param name="command">The command.</param>
    /// <param name="defaultModel">The model without <c>--model</c>.</param>
    /// <param name="open">Loads the model and says how to use it.</param>
    /// <param name="canDraw">Whether the job draws anything.</param>
    /// <param name="bytesAWorker">
    /// Most memory that one image in work takes, for the default number of workers; null where it is small.
    /// </param>
    /// <param name="models">The models that a run needs, for <c>--pull</c>; null where it is only that of <c>--model</c>.</param>
    public static Command OverImages<T>(
        this Command command,
        string defaultModel,
        Func<ParseResult, ImageRun, ImageJob<T>> open,
        bool canDraw = true,
        Func<ParseResult, long>? bytesAWorker = null,
        Func<ParseResult, string, IEnumerable<string>>? models = null)
        where T : IPrediction<T>
    {
        var inputs = command.Argument<string[]>(
            "INPUT",
            "Images, folders (recursive), @FILE for a list of paths, one a line, or - for a list on standard input.",
            ArgumentArity.OneOrMore);
        var runtime = new RuntimeFlags(command, defaultModel);
        var json = command.Switch("--json", "JSON lines, one object an input.");
        var draw = canDraw ? command.Text("--draw", "Draw the answer: a file for one input, else a folder.", "PATH") : null;
        var shard = Shard.Flag(command);
        var file = command.Text(
            "--out", "JSON lines into this file instead of standard output; FILE.part until they are complete.", "FILE");
        var resume = command
            .Switch("--resume", "Skip inputs that FILE of --out, or FILE.part of a run that was cut off, answers already.")
            .Needs("--out", "--out FILE");
        var allow = ImageRun.AllowFailuresFlag(command);
        var pull = command.Switch("--pull", "Fetch an official model that is not here (see `pplcnet models list --remote`).");
        command.SetAction(async parse =>
        {
            var list = new InputList(parse.GetValue(inputs)!, parse.GetValue(shard));
            var workers = runtime.Workers(parse, list.IsSingle, bytesAWorker?.Invoke(parse) ?? 0);
            var run = new ImageRun(list, runtime.Model(parse), runtime.Runtime(parse, list.IsSingle), workers)
            {
                Json = parse.GetValue(json) || parse.GetValue(file) is not null,
                Draw = draw is null ? null : parse.GetValue(draw),
                Out = parse.GetValue(file),
                Resume = parse.GetValue(resume),
                AllowFailures = parse.GetValue(allow),
            };
            if (parse.GetValue(pull))
            {
                await OfficialPull.EnsureAsync(models?.Invoke(parse, run.Model) ?? [run.Model]).ConfigureAwait(false);
            }

            using var job = open(parse, run);
            return await new ImageRunner<T>(command.Name, job, run).RunAsync().ConfigureAwait(false);
        });
        return command;
    }
}
