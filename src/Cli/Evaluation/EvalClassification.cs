using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>eval classify</c>: top-1 and top-5.</summary>
internal static class EvalClassification
{
    /// <summary>The kind.</summary>
    public static EvalKind Kind { get; } = new(
        "classify",
        "Top-1 and top-5 accuracy of a classifier.",
        Define,
        states => Outcome(states.Aggregate(new ClassificationTally(), (sum, state) => sum.Add(ClassificationTally.ReadState(state)))));

    private static Func<ParseResult, EvalRun, EvalOutcome> Define(Command command)
    {
        var labels = command.Text("--labels", "File with a path, a tab and a class (number or name) a line.", "FILE");
        var images = command.Text(
            "--images", "Folder that the paths of --labels start from; without --labels, a folder with a folder for each class.", "DIR");
        var runtime = new RuntimeFlags(command, "pplcnet-x1.0-imagenet");
        command.Refuse(
            r => r.GetValue(labels) is null && r.GetValue(images) is null, "eval classify needs --labels FILE or --images DIR.");
        return (parse, run) =>
        {
            using var classifier = Classifier.Load(runtime.Model(parse), new ModelOptions { Runtime = runtime.Runtime(parse) });
            var (list, folder) = (parse.GetValue(labels), parse.GetValue(images));
            var truth = list is null
                ? ClassifiedImages.FromFolders(folder!, classifier.Labels)
                : ClassifiedImages.FromFile(list, folder ?? Path.GetDirectoryName(Path.GetFullPath(list))!, classifier.Labels);
            if (truth.Count == 0)
            {
                throw new DataFormatException($"'{list ?? folder}': expected images with classes, found none.");
            }

            var tally = new ClassificationTally();
            run.ForEach(
                truth,
                runtime.Workers(parse),
                (image, token) => (image.ClassId, Best: classifier.Classify(image.Path, null, token)),
                answer => tally = tally.Add(answer.Best, answer.ClassId));
            return Outcome(tally);
        };
    }

    private static EvalOutcome Outcome(ClassificationTally tally) => new(tally.Summarize(), json => tally.WriteState(json));
}
