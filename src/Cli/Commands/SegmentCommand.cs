using System.CommandLine;
using System.CommandLine.Parsing;
using PPLCNet.Vision.Cli.Commands.Segment;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet segment</c>: the class of every pixel.</summary>
internal sealed class SegmentCommand() : ImageCommand<SegmentationResult>(
    "segment", "Tell the class of every pixel: shares of classes, label maps, overlays.", Segmenter.DefaultModel)
{
    private readonly Option<string?> _labels = new("--labels") { Description = "Write an 8-bit PNG of class ids per image.", HelpName = "DIR" };
    private readonly Option<string?> _overlay = new("--overlay") { Description = "Write the image under the colours of its classes.", HelpName = "DIR" };
    private readonly Option<string?> _color = new("--color") { Description = "Write an indexed PNG per image: ids and colours in one.", HelpName = "DIR" };
    private readonly PaletteFlags _colors = new();
    private readonly Option<bool> _dataSetIds = new("--data-set-ids") { Description = "Write the data set's own ids (Cityscapes label ids) instead of the model's." };
    private readonly Option<bool> _polygons = new("--polygons") { Description = "Add the outlines of every class to the JSON." };
    private readonly Option<bool> _rle = new("--rle") { Description = "Add COCO run lengths of every class to the JSON." };
    private readonly SegmenterFlags _flags = new();

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        command.Options.Add(_labels);
        command.Options.Add(_overlay);
        command.Options.Add(_color);
        _colors.AddTo(command);
        command.Options.Add(_dataSetIds);
        command.Options.Add(_polygons);
        command.Options.Add(_rle);
        _flags.AddTo(command);
    }

    /// <inheritdoc/>
    protected override ImageJob<SegmentationResult> Open(ParseResult parse, ImageRun run)
    {
        var palette = _colors.Palette(parse); // before the model: a palette that does not read is told at once
        var segmenter = _flags.Load(parse, run.Model, run.Runtime);
        return new SegmentJob(segmenter, new SegmentFiles
        {
            Labels = parse.GetValue(_labels),
            Overlay = parse.GetValue(_overlay),
            Color = parse.GetValue(_color),
            Palette = palette,
            Opacity = _colors.Opacity(parse),
            DataSetIds = parse.GetValue(_dataSetIds),
            Outlines = (parse.GetValue(_polygons) ? RegionOutlines.Polygons : 0) | (parse.GetValue(_rle) ? RegionOutlines.RunLengths : 0),
        });
    }
}
