using PPLCNet.Vision.Cli.Commands;
using PPLCNet.Vision.Cli.Evaluation;

namespace PPLCNet.Vision.Cli;

/// <summary>Every command and every kind of evaluation, one a line.</summary>
internal static class CommandList
{
    /// <summary>The commands in the order of the help page. Making them is cheap: nothing is loaded before an action runs.</summary>
    public static IReadOnlyList<Command> Commands =>
    [
        OcrCommand.Create(),
        SegmentCommand.Create(),
        DetectCommand.Create(),
        ClassifyCommand.Create(),
        AttributesCommand.Create(),
        EmbedCommand.Create(),
        IndexCommand.Create(),
        SearchCommand.Create(),
        AnalyseCommand.Create(),
        TeachCommand.Create(),
        MergeCommand.Create(),
        EvalCommand.Create(),
        ModelsCommand.Create(),
        ModelCommand.Create(),
        ServeCommand.Create(),
        HealthCommand.Create(),
        DoctorCommand.Create(),
    ];

    /// <summary>The kinds of <c>eval KIND</c>.</summary>
    public static IReadOnlyList<EvalKind> EvalKinds { get; } =
    [
        EvalCoco.Kind,
        EvalOcr.Recognition,
        EvalOcr.Detection,
        EvalOcr.EndToEnd,
        EvalSegmentation.Kind,
        EvalCityscapes.Kind,
        EvalClassification.Kind,
        EvalDetector.Kind,
        EvalRetrieval.Kind,
    ];
}
