using System.CommandLine;
using System.CommandLine.Parsing;
using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Cli.Commands.Attributes;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Attributes;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet attributes INPUT...</c>: persons or vehicles, each with its attributes.</summary>
internal sealed class AttributesCommand()
    : ImageCommand<AttributeAnalysis>("attributes", "Find persons or vehicles and tell the attributes of each.", "")
{
    private readonly Option<string> _task = new("--task")
    {
        Description = "What to look for: person or vehicle.",
        HelpName = "TASK",
        DefaultValueFactory = _ => "person",
    };

    private readonly Option<string> _detector = new("--detector")
    {
        Description = "Detector that finds them.",
        HelpName = "NAME|PATH",
        DefaultValueFactory = _ => Detector.DefaultModel,
    };

    private readonly Option<bool> _whole = new("--whole")
    {
        Description = "Every image is one person, vehicle or table: use no detector.",
    };

    private readonly Option<float> _score = Fraction(
        "--score", "Only detections above this score.", AttributeAnalysisOptions.Default.Score);

    private readonly Option<float?> _threshold = new("--threshold")
    {
        Description = "Probability above which an attribute is there; the default is the model's.",
        HelpName = "0..1",
    };

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        _task.AcceptOnlyFromAmong("person", "vehicle");
        _threshold.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<float?>() is { } value && value is not (>= 0 and <= 1))
            {
                result.AddError("--threshold must lie between 0 and 1.");
            }
        });
        foreach (var option in (Option[])[_task, _detector, _whole, _score, _threshold])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_whole) && result.GetResult(_detector) is OptionResult { Implicit: false })
            {
                result.AddError("--whole uses no detector; specify one of --whole and --detector.");
            }
        });
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> ModelNames(ParseResult parse, string model) =>
        parse.GetValue(_whole) ? [NameOf(parse, model)] : [NameOf(parse, model), parse.GetValue(_detector)!];

    /// <inheritdoc/>
    protected override ImageJob<AttributeAnalysis> Open(ParseResult parse, ImageRun run)
    {
        var detector = parse.GetValue(_whole) ? null : parse.GetValue(_detector);
        var analyzer = AttributeAnalyzer.Load(NameOf(parse, run.Model), detector, new ModelOptions { Runtime = run.Runtime });
        if (parse.GetResult(_task) is { Implicit: false } && analyzer.Subject is var subject && subject != parse.GetValue(_task))
        {
            analyzer.Dispose();
            throw CliException.Usage(
                $"--task {parse.GetValue(_task)} does not fit '{run.Model}', which tells the attributes of a {subject}.");
        }

        return new AttributesJob(analyzer, new AttributeAnalysisOptions
        {
            Score = parse.GetValue(_score),
            Attributes = new AttributeOptions { Threshold = parse.GetValue(_threshold) },
        });
    }

    private string NameOf(ParseResult parse, string model) =>
        model.Length > 0 ? model : parse.GetValue(_task) == "vehicle" ? AttributeRecognizer.VehicleModel
            : AttributeRecognizer.DefaultModel;

    private static Option<float> Fraction(string name, string description, float standard)
    {
        var option = new Option<float>(name)
        {
            Description = description,
            HelpName = "0..1",
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<float>() is not (>= 0 and <= 1))
            {
                result.AddError($"{name} must lie between 0 and 1.");
            }
        });
        return option;
    }
}
