using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Evaluation;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands.Classify;

/// <summary><c>eval classify</c>: top-1 and top-5.</summary>
internal sealed class EvalClassification() : EvalKind("classify", "Top-1 and top-5 accuracy of a classifier.")
{
    private readonly Option<string?> _labels = new("--labels") { Description = "File with a path, a tab and a class (number or name) a line.", HelpName = "FILE" };
    private readonly Option<string?> _images = new("--images") { Description = "Folder that the paths of --labels start from; without --labels, a folder with a folder for each class.", HelpName = "DIR" };
    private RuntimeFlags? _runtime;

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        command.Options.Add(_labels);
        command.Options.Add(_images);
        _runtime = new RuntimeFlags(command, "pplcnet-x1.0-imagenet");
        command.Validators.Add(result =>
        {
            if (result.GetValue(_labels) is null && result.GetValue(_images) is null)
            {
                result.AddError("eval classify needs --labels FILE or --images DIR.");
            }
        });
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        using var classifier = Classifier.Load(_runtime!.Model(parse), new ModelOptions { Runtime = _runtime.Runtime(parse) });
        var (labels, images) = (parse.GetValue(_labels), parse.GetValue(_images));
        var truth = labels is null
            ? ClassifiedImages.FromFolders(images!, classifier.Labels)
            : ClassifiedImages.FromFile(labels, images ?? Path.GetDirectoryName(Path.GetFullPath(labels))!, classifier.Labels);
        if (truth.Count == 0)
        {
            throw new DataFormatException($"'{labels ?? images}': expected images with classes, found none.");
        }

        var tally = new ClassificationTally();
        run.ForEach(
            truth,
            _runtime.Workers(parse),
            (image, cancellationToken) => (image.ClassId, Best: classifier.Classify(image.Path, null, cancellationToken)),
            answer => tally = tally.Add(answer.Best, answer.ClassId));
        return Outcome(tally);
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states) => Outcome(
        states.Aggregate(new ClassificationTally(), (sum, state) => sum.Add(ClassificationTallyJson.ReadState(state))));

    private static EvalOutcome Outcome(ClassificationTally tally) => new()
    {
        Summary = tally.Summarize(),
        WriteState = json => tally.WriteState(json),
    };
}
