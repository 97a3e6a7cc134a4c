using System.Text.Json;
using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime.Classification;

public class ClassifierTests
{
    private const string PageModel = "pplcnet-x1.0-doc-ori";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(new[] { 1f, 3f, 2f }, 2, new[] { 1, 2 })]
    [InlineData(new[] { 5f, 5f, 5f, 5f }, 3, new[] { 0, 1, 2 })] // Of equal scores the lower index comes first.
    [InlineData(new[] { 1f, 2f, 2f, 3f }, 9, new[] { 3, 1, 2, 0 })]
    public void TopKTakesTheBestInOrder(float[] scores, int k, int[] expected) => Assert.Equal(expected, TopScores.Indices(scores, k));

    [Fact]
    public void ModelComesByNameBytesStreamAndMetadata()
    {
        var page = ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "page.png"));
        var file = ModelCatalog.Default.Find(PageModel);
        var bytes = file.ReadAllBytes();
        var manifest = file.Manifest with { Sha256 = "", Bytes = 0 };
        using var named = Classifier.Load(PageModel);
        using var fromBytes = Classifier.Load(bytes, new ModelOptions { Manifest = manifest });
        using var fromStream = Classifier.Load(new MemoryStream(OnnxFile.WithManifest(bytes, manifest)));
        var expected = named.Classify(page, cancellationToken: Token);
        Assert.Equal("0", expected[0].Label);
        Assert.Equal(1, expected.Sum(c => c.Score), 1e-4); // The graph's own softmax, not a second one.
        Assert.True(expected[0].Score > 0.8);
        Assert.Equal(expected, fromBytes.Classify(page, cancellationToken: Token));
        Assert.Equal(expected, fromStream.Classify(page, cancellationToken: Token));
    }

    [Fact]
    public void BatchEqualsOneByOne()
    {
        using var classifier = Classifier.Load(PageModel);
        var images = Directory.GetFiles(RepositoryPaths.Samples, "*.jpg").Order().Take(3).Select(p => ImageFile.Read(p)).ToList();
        var batch = classifier.Classify(images, cancellationToken: Token);
        for (var i = 0; i < images.Count; i++)
        {
            var single = classifier.Classify(images[i], cancellationToken: Token);
            Assert.Equal(single[0].ClassId, batch[i][0].ClassId);
            Assert.Equal(single[0].Score, batch[i][0].Score, 1e-4f);
        }
    }

    [Fact]
    public void LabelsThatDoNotFitAreRefused()
    {
        var file = ModelCatalog.Default.Find(PageModel);
        var e = Assert.Throws<ModelFormatException>(() => Classifier.Load(file with { Manifest = file.Manifest with { Labels = ["a", "b", "c"] } }));
        Assert.Contains("[N,3]", e.Message, StringComparison.Ordinal);
        Assert.Contains(",4]", e.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void PreprocessingThatDoesNotFitTheGraphIsRefused()
    {
        var file = ModelCatalog.Default.Find("picodet-x1.0-layout");
        var preprocess = file.Manifest.Preprocess! with { Size = new StretchRule(320, 320) };
        var e = Assert.Throws<ModelFormatException>(() => ImageModel.Load(file, new ModelOptions { Preprocess = preprocess }));
        Assert.Contains("[N,3,320,320]", e.Expected, StringComparison.Ordinal);
        Assert.Contains("800,608", e.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedFileIsFoundByItsHash()
    {
        using var folder = new TemporaryFolder();
        var file = ModelCatalog.Default.Find(PageModel);
        var bytes = file.ReadAllBytes();
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(folder.File("m.onnx"), bytes);
        var damaged = new ModelFile(file.Manifest, folder.File("m.onnx"));
        Assert.Contains("SHA-256", Assert.Throws<ModelFormatException>(() => damaged.ReadAllBytes()).Message, StringComparison.Ordinal);
        Assert.Equal(bytes, (damaged with { VerifiesHash = false }).ReadAllBytes());
    }

    [Fact]
    public void ManifestIsFoundBesideTheFileThenInItsMetadata()
    {
        using var folder = new TemporaryFolder();
        var file = ModelCatalog.Default.Find(PageModel);
        var path = folder.File("mine.onnx");
        File.WriteAllBytes(path, file.ReadAllBytes());
        Assert.Throws<ModelFormatException>(() => ModelCatalog.Default.Find(path));
        var inside = file.Manifest with { Name = "inside", Sha256 = "", Bytes = 0 };
        File.WriteAllBytes(path, OnnxFile.WithManifest(file.ReadAllBytes(), inside));
        Assert.Equal("inside", ModelCatalog.Default.Find(path).Manifest.Name);
        folder.Write("mine.json", JsonSerializer.Serialize(inside with { Name = "beside" }, ModelJson.Default.ModelManifest));
        Assert.Equal("beside", ModelCatalog.Default.Find(path).Manifest.Name);
        folder.Write("mine.json", "{");
        Assert.Throws<ModelFormatException>(() => ModelCatalog.Default.Find(path));
    }

    [Fact]
    public void EfficientNetReachesItsReferenceOnImageNetImages()
    {
        var folder = RepositoryPaths.Shared("datasets", "imagenet-sample");
        var model = RepositoryPaths.Shared("models", "efficientnet_lite2_imagenet_f16.onnx");
        using var classifier = Classifier.Load(model);
        var tally = new ClassificationTally();
        var rank = 0;
        foreach (var image in Directory.GetFiles(folder, "*.jpg").Order(StringComparer.Ordinal))
        {
            // One image for every fifth class, in the order of the synsets.
            var classId = 5 * rank++;
            if (rank % 4 == 0)
            {
                Assert.Equal(
                    Path.GetFileNameWithoutExtension(image).Split('_', 2)[1].Replace('_', ' '), classifier.Labels[classId], ignoreCase: true);
                tally = tally.Add(classifier.Classify(ImageFile.Read(image), cancellationToken: Token), classId);
            }
        }

        Assert.True(tally.Top1 >= 0.84 * tally.Count && tally.Top5 >= 0.96 * tally.Count, $"{tally}");
    }
}
