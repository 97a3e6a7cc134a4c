using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet classify</c>: what an image shows.</summary>
internal static class ClassifyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("classify", "Name what images show, or how pages are turned.");
        var top = command.Flag<int>("--top", "How many classes to tell.", "K").Default(5).Must(k => k >= 1, "must be at least 1");
        return command.OverImages("pplcnet-x1.0-imagenet", (parse, run) =>
        {
            var options = new ClassificationOptions { Top = parse.GetValue(top) };
            var classifier = Classifier.Load(run.Model, new ModelOptions { Runtime = run.Runtime });
            return new ImageJob<ClassificationResult>(classifier)
            {
                Run = (image, token) => classifier.Classify(image, options, token),
                WriteJson = (json, value) => json.WriteTop(value),
                WriteText = answer =>
                {
                    Terminal.Line(answer.Input.Path);
                    Terminal.Lines(answer.Value.Select(found => $"  {found.Score,6:0.000}  {found.Label}"));
                },
                Draw = (image, value) => value.Draw(image),
            };
        });
    }
}
