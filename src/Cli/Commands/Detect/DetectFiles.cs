using System.Text;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco.Images;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>What <c>detect</c> writes besides its answers: one COCO file, and files of labelling tools, one an image.</summary>
internal sealed class DetectFiles(Command command)
{
    private readonly Option<string?> _coco =
        command.Text("--coco", "Write COCO results of all inputs into this file.", "OUT.json");
    private readonly Option<string?> _truth = command
        .Text("--gt", "COCO ground truth that gives image ids by file name; without it they are the digits of the file name.", "GT.json")
        .Needs("--coco", "--coco OUT.json");

    private readonly Option<string?> _voc = command.Text("--voc", "Write Pascal VOC XML of each image into this folder.", "DIR");
    private readonly Option<string?> _yolo =
        command.Text("--yolo", "Write YOLO text of each image into this folder: class, centre, size.", "DIR");

    private readonly Option<bool> _scores =
        command.Switch("--yolo-scores", "End each line of --yolo with the score.").Needs("--yolo", "--yolo DIR");

    /// <summary>Makes sure that COCO results may be written into a file.</summary>
    public static void CheckCoco(string path) =>
        OutputFile.Check(path, "--coco", OutputFile.Begins("[{\"image_id\"", "[]"), "COCO results of an earlier run");

    /// <summary>How images get their ids in the COCO file.</summary>
    public CocoImageIds ReadIds(ParseResult parse)
    {
        if (parse.GetValue(_truth) is { } truth)
        {
            OutputFile.Protect(truth);
        }

        if (parse.GetValue(_coco) is { } target)
        {
            CheckCoco(target);
        }

        return parse.GetValue(_truth) is { } path ? CocoImageIds.Read(path) : CocoImageIds.FromDigits;
    }

    /// <summary>Collects the results for the COCO file; null where none is asked for.</summary>
    public CocoResultCollector? Collector(ParseResult parse, CocoImageIds ids, IObjectDetector detector) =>
        parse.GetValue(_coco) is null ? null : new CocoResultCollector(ids, detector);

    /// <summary>Fails where an image has no id in the COCO file.</summary>
    public void CheckId(ParseResult parse, CocoImageIds ids, InputItem input)
    {
        try
        {
            _ = parse.GetValue(_coco) is null ? null : ids.Of(input.Path, input.Name);
        }
        catch (DataFormatException e) when (ids.Truth is null)
        {
            throw new DataFormatException($"{e.Message.TrimEnd('.')} (--gt GT.json).", e);
        }
    }

    /// <summary>Writes the COCO file; it appears whole or not at all.</summary>
    public void WriteCoco(ParseResult parse, CocoResultCollector? results)
    {
        if (results is not null && parse.GetValue(_coco) is { } path)
        {
            Terminal.Warn(results.Warnings());
            OutputFile.Guard($"write '{path}'", () => results.Write(path));
        }
    }

    /// <summary>Writes the files of one image. Thread-safe.</summary>
    public void WriteLabels(ParseResult parse, InputItem input, PixelBuffer image, Detections found)
    {
        // Labelling tools refuse or mangle boxes that end outside the image; what lies outside altogether is no label.
        var inside = found.Clip(image.Width, image.Height).Where(o => o.Box.Area > 0);
        if (parse.GetValue(_voc) is { } voc)
        {
            var text = PascalVocFormat.Write(inside, Path.GetFileName(input.Path), image.Width, image.Height);
            AtomicFile.WriteAllBytes(
                input.OutputIn("--voc", voc, ".xml", head => PascalVocFormat.IsResult(head.Span)), Encoding.UTF8.GetBytes(text));
        }

        if (parse.GetValue(_yolo) is { } yolo)
        {
            // Results without scores may have been corrected by hand since, so they are only written over their like.
            var text = Encoding.UTF8.GetBytes(YoloFormat.Write(inside, image.Width, image.Height, parse.GetValue(_scores)));
            AtomicFile.WriteAllBytes(input.OutputIn("--yolo", yolo, ".txt", head => YoloFormat.HasScores(head.Span), text), text);
        }
    }
}
