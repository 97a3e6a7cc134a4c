using PPLCNet.Vision.Server.Galleries;
using PPLCNet.Vision.Server.Models;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary>Every task of <c>/v1</c>.</summary>
internal sealed class TaskList(Predictors predictors, GalleryStore galleries)
{
    /// <summary>The tasks, in the order of the API description.</summary>
    public IReadOnlyList<VisionTask> Tasks { get; } =
    [
        new OcrTask(predictors),
        new DetectTask(predictors),
        new SegmentTask(predictors),
        new ClassifyTask(predictors),
        new EmbedTask(predictors),
        new AnalyseTask(predictors, galleries),
        new SearchTask(predictors, galleries),
    ];
}
