using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Classify;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet classify</c>: what an image shows.</summary>
internal sealed class ClassifyCommand()
    : ImageCommand<ClassificationResult>("classify", "Name what images show, or how pages are turned.", "pplcnet-x1.0-imagenet")
{
    private readonly Option<int> _top = new("--top") { Description = "How many classes to tell.", HelpName = "K", DefaultValueFactory = _ => 5 };

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        _top.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--top must be at least 1.");
            }
        });
        command.Options.Add(_top);
    }

    /// <inheritdoc/>
    protected override ImageJob<ClassificationResult> Open(ParseResult parse, ImageRun run) =>
        new ClassifyJob(Classifier.Load(run.Model, new ModelOptions { Runtime = run.Runtime }), parse.GetValue(_top));
}
