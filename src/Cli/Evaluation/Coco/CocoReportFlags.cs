using System.CommandLine;
using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Cli.Evaluation.Coco;

/// <summary>What a report needs beyond the numbers.</summary>
/// <param name="Truth">The truth.</param>
/// <param name="Results">The detections.</param>
/// <param name="Folder">Folder of the images, to draw on; null = draw on empty sheets.</param>
/// <param name="MinScore">Detections below it are not drawn and not counted in the confusion matrix.</param>
/// <param name="Images">How many images to draw, the worst first.</param>
/// <param name="PerCategory">Whether the figures hold a line for each category.</param>
internal sealed record CocoReportInput(
    CocoGroundTruth Truth, CocoResults Results, string? Folder, double MinScore, int Images, bool PerCategory);

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
    public CocoReportInput Read(ParseResult parse, CocoGroundTruth truth, CocoResults results, string? folder = null) => new(
        truth, results, folder ?? parse.GetValue(_folder), parse.GetValue(_minScore), parse.GetValue(_images), parse.GetValue(_perCategory));
}
