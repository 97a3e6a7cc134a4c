using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Orientation;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Ocr.Orientation;

public sealed class OrientationClassifierTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void PagesAreSeenAsTheyAreTurned()
    {
        const int Seed = 29;
        var random = new Random(Seed);
        using var classifier = OrientationClassifier.Load("pplcnet-x1.0-doc-ori");
        var right = 0;
        for (var i = 0; i < 50; i++)
        {
            var page = DrawnPages.RandomPage(random);
            right += new[] { 0, 90, 180, 270 }.Count(degrees => classifier.Classify(DrawnPages.Turn(page, degrees), Token).Degrees == degrees);
        }

        Assert.True(right >= 198, $"seed {Seed}: {right} of 200, 50 pages each turned four ways");
    }

    [Fact]
    public void TheClassicClassifierSeesWhichLinesStandOnTheirHead()
    {
        using var classifier = OrientationClassifier.Load("ppocr-cls-v2");
        CheckLines(classifier);
    }

    [Fact]
    public void ThePpLcNetClassifierSeesWhichLinesStandOnTheirHead()
    {
        using var classifier = OrientationClassifier.Load(RepositoryPaths.Shared("models", "PP-LCNet_x0_25_textline_ori.onnx"));
        CheckLines(classifier);
    }

    [Fact]
    public void AModelWithoutAnglesIsRefused()
    {
        var error = Assert.Throws<ModelFormatException>(() => OrientationClassifier.Load("ppocr-v4-rec"));
        Assert.Contains("0, 90, 180, 270", error.Expected, StringComparison.Ordinal);
    }

    private static void CheckLines(OrientationClassifier classifier)
    {
        var folder = RepositoryPaths.Shared("datasets", "iiit5k");
        var lines = LabelFile.Read(Path.Combine(folder, "labels.tsv")).Take(60).ToList();
        var (upright, turned) = (0, 0);
        foreach (var line in lines)
        {
            var image = ImageFile.Read(Path.Combine(folder, line.Path));
            upright += classifier.Classify(image, Token).Degrees == 0 ? 1 : 0;
            turned += classifier.Classify(DrawnPages.Turn(image, 180), Token).Degrees == 180 ? 1 : 0;
        }

        // .90 and .92 over all lines; a classifier with swapped labels or preprocessing falls far below.
        Assert.True(upright >= 45 && turned >= 45, $"{upright} upright, {turned} turned of {lines.Count}");
    }
}
