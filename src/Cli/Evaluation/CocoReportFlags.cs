using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Reports.Coco;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>Flags of the report of detections.</summary>
/// <param name="command">The command.</param>
/// <param name="hasImages">Whether the command knows the images anyway.</param>
internal sealed class CocoReportFlags(Command command, bool hasImages = false)
{
    private readonly Option<bool> _perCategory =
        command.Switch("--per-category", "Add AP.NAME for each category to the figures.");
    private readonly Option<string?>? _folder =
        hasImages ? null : command.Text("--draw-from", "Folder of the images; the report draws on them.", "DIR");

    private readonly Option<double> _minScore =
        command.Flag<double>("--min-score", "Least score in the report's images and confusion matrix.").Default(0.25);

    private readonly Option<int> _images =
        command.Flag<int>("--pictures", "Images in the report, those with most errors first.", "N").Default(24);

    /// <summary>Whether the figures hold a line for each category.</summary>
    public bool IsPerCategory(ParseResult parse) => parse.GetValue(_perCategory);

    /// <summary>Reads the flags.</summary>
    public CocoReportInput Read(ParseResult parse, CocoGroundTruth truth, CocoResults results, string? folder = null) => new(truth, results)
    {
        Folder = _folder is null ? folder : parse.GetValue(_folder),
        MinScore = parse.GetValue(_minScore),
        Images = parse.GetValue(_images),
    };
}
