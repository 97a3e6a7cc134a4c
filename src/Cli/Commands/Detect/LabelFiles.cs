using System.CommandLine;
using System.Text;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>One file an image in the form of a labelling tool: <c>--voc DIR</c> and <c>--yolo DIR</c>.</summary>
/// <param name="Voc">Folder of Pascal VOC's XML, or null.</param>
/// <param name="Yolo">Folder of YOLO's text, or null.</param>
/// <param name="YoloScores">Whether YOLO's lines end with the score, which tools that read truths do not expect.</param>
internal sealed record LabelFiles(string? Voc, string? Yolo, bool YoloScores)
{
    private static readonly Option<string?> _voc = new("--voc") { Description = "Write Pascal VOC XML of each image into this folder.", HelpName = "DIR" };
    private static readonly Option<string?> _yolo = new("--yolo")
    {
        Description = "Write YOLO text of each image into this folder: class, centre, size.",
        HelpName = "DIR",
    };
    private static readonly Option<bool> _scores = new("--yolo-scores")
    {
        Description = "End each line of --yolo with the score.",
    };

    /// <summary>Adds the flags.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(_voc);
        command.Options.Add(_yolo);
        command.Options.Add(_scores);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_scores) && result.GetValue(_yolo) is null)
            {
                result.AddError("--yolo-scores needs --yolo DIR.");
            }
        });
    }

    /// <summary>Reads the flags.</summary>
    public static LabelFiles Read(ParseResult parse) => new(parse.GetValue(_voc), parse.GetValue(_yolo), parse.GetValue(_scores));

    /// <summary>Writes one image's files. Thread-safe.</summary>
    public void Write(InputItem input, PixelBuffer image, Detections found)
    {
        // Labelling tools refuse or mangle boxes that end outside the image; what lies outside altogether is no label.
        var inside = found.Clip(image.Width, image.Height).Where(o => o.Box.Area > 0);
        if (Voc is not null)
        {
            var text = PascalVocFormat.Write(inside, Path.GetFileName(input.Path), image.Width, image.Height);
            AtomicFile.WriteAllBytes(input.OutputIn("--voc", Voc, ".xml", IsOurVoc), Encoding.UTF8.GetBytes(text));
        }

        if (Yolo is not null)
        {
            var text = Encoding.UTF8.GetBytes(YoloFormat.Write(inside, image.Width, image.Height, YoloScores));
            AtomicFile.WriteAllBytes(input.OutputIn("--yolo", Yolo, ".txt", IsOurYolo, text), text);
        }
    }

    // Results have scores and truths have none: a folder of truths, drawn by hand, must not be replaced by results. Results
    // without scores may have been corrected by hand since, so they are only written over their like.
    private static bool IsOurYolo(ReadOnlyMemory<byte> head) =>
        Encoding.UTF8.GetString(head.Span).Split('\n')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6;

    private static bool IsOurVoc(ReadOnlyMemory<byte> head) =>
        Encoding.UTF8.GetString(head.Span) is var text && text.StartsWith("<annotation>", StringComparison.Ordinal)
        && (text.Contains("<confidence>", StringComparison.Ordinal) || !text.Contains("<object>", StringComparison.Ordinal));
}
