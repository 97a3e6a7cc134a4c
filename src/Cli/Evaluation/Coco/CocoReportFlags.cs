using System.CommandLine;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Reports.Coco;

namespace PPLCNet.Vision.Cli.Evaluation.Coco;

/// <summary>Flags of the report.</summary>
internal sealed class CocoReportFlags
{
    private readonly Option<bool> _perCategory = new("--per-category") { Description = "Add AP.NAME for each category to the figures." };
    private readonly Option<string?> _folder = new("--draw-from") { Description = "Folder of the images; the report draws on them.", HelpName = "DIR" };
    private readonly Option<double> _minScore = new("--min-score") { Description = "Least score in the report's images and confusion matrix.", DefaultValueFactory = _ => 0.25 };
    private readonly Option<int> _images = new("--pictures") { Description = "Images in the report, those with most errors first.", DefaultValueFactory = _ => 24, HelpName = "N" };

    /// <summary>Adds the flags.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasImages">Whether the command knows the images anyway.</param>
    public void AddTo(Command command, bool hasImages = false)
    {
        command.Options.Add(_perCategory);
        if (!hasImages)
        {
            command.Options.Add(_folder);
        }

        command.Options.Add(_minScore);
        command.Options.Add(_images);
    }

    /// <summary>Reads the flags.</summary>
    public CocoReportInput Read(ParseResult parse, CocoGroundTruth truth, CocoResults results, string? folder = null) => new(truth, results)
    {
        Folder = folder ?? parse.GetValue(_folder),
        MinScore = parse.GetValue(_minScore),
        Images = parse.GetValue(_images),
    };

    /// <summary>Whether the figures hold a line for each category.</summary>
    public bool IsPerCategory(ParseResult parse) => parse.GetValue(_perCategory);
}
