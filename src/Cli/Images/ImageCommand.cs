using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Models;
using PPLCNet.Vision.Cli.Inputs;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// A command over images: it names itself, adds its own flags and opens its job; the common flags and the run are here.
/// </summary>
/// <typeparam name="T">What the task finds in one image.</typeparam>
internal abstract class ImageCommand<T> : ICliCommand
{
    private readonly string _name;
    private readonly string _description;
    private readonly string _defaultModel;

    /// <summary>A command <c>pplcnet NAME INPUT...</c>.</summary>
    protected ImageCommand(string name, string description, string defaultModel)
    {
        _name = name;
        _description = description;
        _defaultModel = defaultModel;
    }

    /// <summary>Whether <see cref="ImageJob{T}.Draw"/> draws anything.</summary>
    protected virtual bool CanDraw => true;

    /// <summary>Most memory that one image in work takes, for the default number of workers; 0 where it is small.</summary>
    protected virtual long BytesAWorker(ParseResult parse) => 0;

    /// <summary>Adds the command's own flags.</summary>
    protected virtual void AddFlags(Command command)
    {
    }

    /// <summary>The models that a run needs, for <c>--pull</c>.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="model">The value of <c>--model</c>, or its default.</param>
    protected virtual IEnumerable<string> ModelNames(ParseResult parse, string model) => [model];

    /// <summary>Loads the model and says how to use it.</summary>
    protected abstract ImageJob<T> Open(ParseResult parse, ImageRun run);

    /// <inheritdoc/>
    public Command Create()
    {
        var command = new Command(_name, _description);
        var inputs = new Argument<string[]>("INPUT")
        {
            Description = "Images, folders (recursive), or - for paths on standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        command.Arguments.Add(inputs);
        AddFlags(command);
        var runtime = new RuntimeFlags(command, _defaultModel);
        var json = new Option<bool>("--json") { Description = "JSON lines, one object an input." };
        var draw = new Option<string?>("--draw") { Description = "Draw the answer: a file for one input, else a folder.", HelpName = "PATH" };
        var shard = Shard.Flag();
        var file = new Option<string?>("--out") { Description = "JSON lines into this file instead of standard output.", HelpName = "FILE" };
        var resume = new Option<bool>("--resume") { Description = "Skip inputs that the file of --out answers already." };
        command.Options.Add(json);
        if (CanDraw)
        {
            command.Options.Add(draw);
        }

        command.Options.Add(shard);
        command.Options.Add(file);
        command.Options.Add(resume);
        var pull = new Option<bool>("--pull") { Description = "Fetch an official model that is not here (see `pplcnet models list --remote`)." };
        command.Options.Add(pull);
        command.Validators.Add(result =>
        {
            if (result.GetValue(resume) && result.GetValue(file) is null)
            {
                result.AddError("--resume needs --out FILE.");
            }
        });
        command.SetAction(async parse =>
        {
            var list = new InputList(parse.GetValue(inputs)!, parse.GetValue(shard));
            var run = new ImageRun
            {
                Inputs = list,
                Model = runtime.Model(parse),
                Runtime = runtime.Runtime(parse, list.IsSingle),
                Workers = runtime.Workers(parse, list.IsSingle, BytesAWorker(parse)),
                Json = parse.GetValue(json) || parse.GetValue(file) is not null,
                Draw = CanDraw ? parse.GetValue(draw) : null,
                Out = parse.GetValue(file),
                Resume = parse.GetValue(resume),
            };
            if (parse.GetValue(pull))
            {
                await OfficialPull.EnsureAsync(ModelNames(parse, run.Model)).ConfigureAwait(false);
            }

            using var job = Open(parse, run);
            return await new ImageRunner<T>(_name, job, run).RunAsync().ConfigureAwait(false);
        });
        return command;
    }
}
