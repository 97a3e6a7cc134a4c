using System.CommandLine;
using System.Text;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>One file an image in the form of a labelling tool: <c>--voc DIR</c> and <c>--yolo DIR</c>.</summary>
/// <param name="Voc">Folder of Pascal VOC's XML, or null.</param>
/// <param name="Yolo">Folder of YOLO's text, or null.</param>
internal sealed record LabelFiles(string? Voc, string? Yolo)
{
    private static readonly Option<string?> _voc = new("--voc") { Description = "Write Pascal VOC XML of each image into this folder.", HelpName = "DIR" };
    private static readonly Option<string?> _yolo = new("--yolo") { Description = "Write YOLO text of each image, with scores, into this folder.", HelpName = "DIR" };

    /// <summary>Adds the flags.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(_voc);
        command.Options.Add(_yolo);
    }

    /// <summary>Reads the flags.</summary>
    public static LabelFiles Read(ParseResult parse) => new(parse.GetValue(_voc), parse.GetValue(_yolo));

    /// <summary>Writes one image's files. Thread-safe.</summary>
    public void Write(InputItem input, PixelBuffer image, Detections found)
    {
        if (Voc is not null)
        {
            File.WriteAllText(input.OutputIn("--voc", Voc, ".xml", IsOurVoc), PascalVocFormat.Write(found, Path.GetFileName(input.Path), image.Width, image.Height));
        }

        if (Yolo is not null)
        {
            File.WriteAllText(input.OutputIn("--yolo", Yolo, ".txt", IsOurYolo), YoloFormat.Write(found, image.Width, image.Height));
        }
    }

    // Results have scores and truths have none: a folder of truths, drawn by hand, must not be replaced by results.
    private static bool IsOurYolo(ReadOnlyMemory<byte> head) =>
        Encoding.UTF8.GetString(head.Span).Split('\n')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6;

    private static bool IsOurVoc(ReadOnlyMemory<byte> head) =>
        Encoding.UTF8.GetString(head.Span) is var text && text.StartsWith("<annotation>", StringComparison.Ordinal)
        && (text.Contains("<confidence>", StringComparison.Ordinal) || !text.Contains("<object>", StringComparison.Ordinal));
}
