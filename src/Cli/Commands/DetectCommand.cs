using System.CommandLine;
using System.CommandLine.Parsing;
using PPLCNet.Vision.Cli.Commands.Detect;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Evaluation.Coco.Images;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet detect INPUT...</c>: everyday objects, or the regions of a page, with classes, scores and boxes.</summary>
internal sealed class DetectCommand : ImageCommand<Detections>
{
    private readonly Option<string?> _coco = new("--coco") { Description = "Write COCO results of all inputs into this file.", HelpName = "OUT.json" };
    private readonly Option<string?> _truth = new("--gt")
    {
        Description = "COCO ground truth that gives image ids by file name; without it they are the digits of the file name.",
        HelpName = "GT.json",
    };


    private readonly Option<bool> _page = new("--page") { Description = $"Find the regions of a document page: --model {Detector.LayoutModel}." };
    private DetectFlags? _flags;

    /// <summary>Makes the command.</summary>
    public DetectCommand()
        : base("detect", "Find everyday objects in images, or with --page the regions of a document page.", Detector.DefaultModel)
    {
    }

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        _flags = new DetectFlags(command);
        command.Options.Add(_page);
        command.Options.Add(_coco);
        command.Options.Add(_truth);
        LabelFiles.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_truth) is not null && result.GetValue(_coco) is null)
            {
                result.AddError("--gt needs --coco OUT.json.");
            }

            if (result.GetValue(_page) && result.GetResult("--model") is OptionResult { Implicit: false })
            {
                result.AddError($"--page stands for --model {Detector.LayoutModel}; specify one of the two.");
            }
        });
    }

    /// <inheritdoc/>
    protected override ImageJob<Detections> Open(ParseResult parse, ImageRun run)
    {
        if (parse.GetValue(_truth) is { } gt)
        {
            OutputFile.Protect(gt);
        }

        if (parse.GetValue(_coco) is { } target)
        {
            OutputFile.Check(target, _coco.Name, OutputFile.Begins("[{\"image_id\"", "[]"), "COCO results of an earlier run");
        }

        var ids = parse.GetValue(_truth) is { } truth ? CocoImageIds.Read(truth) : CocoImageIds.FromDigits;
        var detector = _flags!.Load(parse, parse.GetValue(_page) ? Detector.LayoutModel : run.Model, run.Runtime);
        var coco = parse.GetValue(_coco) is { } path ? new CocoCollector(path, ids, detector) : null;
        return new DetectJob(detector, coco, LabelFiles.Read(parse), _flags.Shown(parse));
    }
}
