using PPLCNet.Vision.Cli.Commands;
using PPLCNet.Vision.Cli.Commands.Classify;
using PPLCNet.Vision.Cli.Evaluation;
using PPLCNet.Vision.Cli.Evaluation.Coco;
using PPLCNet.Vision.Cli.Evaluation.Detection;
using PPLCNet.Vision.Cli.Evaluation.Ocr;
using PPLCNet.Vision.Cli.Evaluation.Retrieval;
using PPLCNet.Vision.Cli.Evaluation.Segmentation;

namespace PPLCNet.Vision.Cli;

/// <summary>Every command and every kind of evaluation, one a line.</summary>
internal static class CommandList
{
    /// <summary>The commands in the order of the help page.</summary>
    public static IReadOnlyList<ICliCommand> Commands { get; } =
    [
        new OcrCommand(),
        new SegmentCommand(),
        new DetectCommand(),
        new ClassifyCommand(),
        new AttributesCommand(),
        new EmbedCommand(),
        new IndexCommand(),
        new SearchCommand(),
        new AnalyseCommand(),
        new EvalCommand(),
        new ModelsCommand(),
        new ModelCommand(),
        new DoctorCommand(),
    ];

    /// <summary>The kinds of <c>eval KIND</c>.</summary>
    public static IReadOnlyList<EvalKind> EvalKinds { get; } =
    [
        new EvalCoco(),
        new EvalOcrRecognition(),
        new EvalOcrDetection(),
        new EvalOcrEndToEnd(),
        new EvalSegmentation(),
        new EvalCityscapes(),
        new EvalClassification(),
        new EvalDetector(),
        new EvalRetrieval(),
    ];
}
