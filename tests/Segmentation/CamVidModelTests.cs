using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Segmentation;

/// <summary>
/// Whole models on CamVid's test split: reference figures of the delivered ones, the measured figure of the one that ships.
/// </summary>
public class CamVidModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("models/espnet_p2q8_camvid_360x480.onnx", 0.5751, 0.8808)]
    [InlineData("training/deeplabv3p_pplcnet_x1_0_camvid.safetensors", 0.4420, 0.8066)]
    [InlineData("", 0.6131, 0.8966)]
    public void Scores_equal_the_reference(string shared, double miou, double accuracy)
    {
        var folder = RepositoryPaths.Shared("datasets", "camvid");
        using var segmenter = Segmenter.Load(shared.Length == 0 ? Segmenter.DefaultModel : RepositoryPaths.Shared(shared.Split('/')));
        var pairs = LabelPair.ByName(Path.Combine(folder, "testannot"), Path.Combine(folder, "test"), [.. ImageFile.Extensions]);
        Assert.Equal(59, pairs.Count);
        var matrix = new ConfusionMatrix(segmenter.Labels.Count, segmenter.Settings.Void);
        foreach (var pair in pairs)
        {
            matrix.Add(LabelMap.Read(pair.Truth).Ids, segmenter.Segment(pair.Other, cancellationToken: Token).Map.Ids);
        }

        var scores = SegmentationScores.Of(matrix);
        Assert.InRange(scores.MeanIou, miou - 0.003, miou + 0.003);
        Assert.InRange(scores.Accuracy, accuracy - 0.003, accuracy + 0.003);
    }
}
