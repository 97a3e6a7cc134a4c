using PPLCNet.Vision.Cli.Commands.Segment;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet segment</c>: the class of every pixel.</summary>
internal static class SegmentCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("segment", "Tell the class of every pixel: shares of classes, label maps, overlays.");
        var labels = command.Text("--labels", "Write an 8-bit PNG of class ids per image.", "DIR");
        var overlay = command.Text("--overlay", "Write the image under the colours of its classes.", "DIR");
        var color = command.Text("--color", "Write an indexed PNG per image: ids and colours in one.", "DIR");
        var colors = command.Text(
            "--palette", "Colours of the classes: voc, camvid, cityscapes, or a text file of one colour a line (#rrggbb or r g b).", "NAME|FILE");
        var opacity = command.Flag<double?>("--opacity", "Share of the colours in blended images, 0 to 1.", "X")
            .Default(SegmentationDrawing.DefaultOpacity)
            .Read("a number of 0 to 1, for example 0.4", text => Numbers.Real(text) is >= 0 and <= 1 and var share ? share : null);
        var dataSetIds =
            command.Switch("--data-set-ids", "Write the data set's own ids (Cityscapes label ids) instead of the model's.");
        var polygons = command.Switch("--polygons", "Add the outlines of every class to the JSON.");
        var rle = command.Switch("--rle", "Add COCO run lengths of every class to the JSON.");
        var flags = new SegmenterFlags(command);
        return command.OverImages(Segmenter.DefaultModel, (parse, run) =>
        {
            // Before the model: a palette that does not read is told at once.
            var palette = parse.GetValue(colors) is { } name ? FindPalette(name) : null;
            var segmenter = flags.Load(parse, run.Model, run.Runtime);
            var ids = parse.GetValue(dataSetIds) ? DataSetIds(segmenter) : null;
            var outlines = (parse.GetValue(polygons) ? RegionOutlines.Polygons : 0) | (parse.GetValue(rle) ? RegionOutlines.RunLengths : 0);
            PixelBuffer Draw(PixelBuffer image, SegmentationResult value) =>
                value.Draw(image, parse.GetValue(opacity)!.Value, palette: palette);
            return new ImageJob<SegmentationResult>(segmenter)
            {
                Run = (image, token) => segmenter.Segment(image, null, token),
                WriteJson = (json, value) => json.WriteClasses(value, outlines),
                WriteText = answer => Terminal.Line(
                    $"{answer.Input.Path}  {string.Join("  ", answer.Value.Classes.Select(c => $"{c.Class} {c.Fraction * 100:0.0}%"))}"),
                Draw = Draw,
                Save = (input, image, value) =>
                {
                    if (parse.GetValue(labels) is { } grey)
                    {
                        OutputImage.Write(input.ImageIn("--labels", grey, ".png"), ids is null ? value.Map : value.Map.Remap(ids));
                    }

                    if (parse.GetValue(color) is { } indexed)
                    {
                        OutputImage.Write(input.ImageIn("--color", indexed, ".png"), value.Map, palette ?? value.Palette);
                    }

                    if (parse.GetValue(overlay) is { } blended)
                    {
                        OutputImage.Write(input.ImageIn("--overlay", blended), Draw(image, value));
                    }
                },
            };
        });
    }

    private static Palette FindPalette(string name) =>
        Palette.Find(name) ?? (File.Exists(name)
            ? Palette.Read(name)
            : throw CliException.Usage($"--palette takes {string.Join(", ", Palette.Names)} or a file of colours; found '{name}'."));

    private static byte[] DataSetIds(Segmenter segmenter)
    {
        if (segmenter.Settings.DataSetIds is not { Count: > 0 } ids)
        {
            segmenter.Dispose();
            throw CliException.Usage($"'{segmenter.Name}' names no ids of its data set.");
        }

        return [.. ids, .. new byte[256 - ids.Count]];
    }
}
