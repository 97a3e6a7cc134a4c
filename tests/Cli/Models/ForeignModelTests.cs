using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>Published graphs themselves, pulled by name: they answer as they do through the catalog.</summary>
public sealed class ForeignModelTests : PullSetup
{
    [Theory]
    [InlineData("picodet-xs-320-coco", "picodet_xs_320_coco_lcnet_postprocessed.onnx")]
    [InlineData("picodet-s-320-coco-esnet", "picodet_s_320_coco_esnet_raw.onnx")]
    public async Task DetectorAnswersAsThroughTheCatalog(string name, string file)
    {
        using var expected = Detector.Load(Known(name, file));
        using var detector = Detector.Load(await PullAsync(name, file));
        Assert.Equal(expected.Settings.CategoryIds, detector.Settings.CategoryIds);
        foreach (var image in Directory.GetFiles(RepositoryPaths.Shared("datasets", "coco-mini", "val2017")).Order().Take(10))
        {
            Assert.Equal(expected.Detect(image, cancellationToken: Token), detector.Detect(image, cancellationToken: Token));
        }
    }

    [Theory]
    [InlineData("pplcnet-x1.0-doc-ori", "PP-LCNet_x1_0_doc_ori.onnx")]
    [InlineData("pplcnet-x0.25-textline-ori", "PP-LCNet_x0_25_textline_ori.onnx")]
    [InlineData("ppocr-cls-v2", "ch_ppocr_mobile_v2.0_cls_mobile.onnx")]
    public async Task OrientationAnswersAsThroughTheCatalog(string name, string file)
    {
        using var expected = Classifier.Load(Known(name, file));
        using var classifier = Classifier.Load(await PullAsync(name, file));
        foreach (var image in Directory.GetFiles(RepositoryPaths.Samples, "*.*")
            .Where(f => ImageFile.Extensions.Contains(Path.GetExtension(f))).Order())
        {
            Assert.Equal(
                expected.Classify(image, cancellationToken: Token), classifier.Classify(image, cancellationToken: Token));
        }
    }

    /// <summary>Where the published hash is that of the file, it is compared, too.</summary>
    private Task<ModelFile> PullAsync(string name, string file)
    {
        var content = File.ReadAllBytes(RepositoryPaths.Shared("models", file));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        var model = OfficialModels.Find(name)!;
        if (model.Files.FirstOrDefault(f => f.Sha256 == hash) is { } published)
        {
            Publish(published, content);
            return PullAsync(model with { Files = [published] });
        }

        return PullAsync(model, Server.Serve(file, content));
    }

    private static ModelFile Known(string name, string file) =>
        new(ModelCatalog.Default.Models.Single(m => m.Name == name), RepositoryPaths.Shared("models", file));
}
