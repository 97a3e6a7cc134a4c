using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Detection;

/// <summary>Delivered COCO models on images with truth: reference figures, and what cleaning changes.</summary>
public sealed class CocoModelTests
{
    [Theory]
    [InlineData("picodet-xs-320-coco", ExportStyle.Suppressed, 0.279, 0.431)]
    [InlineData("picodet-s-320-coco-esnet", ExportStyle.RawHeads, 0.335, 0.500)]
    public void AveragePrecisionEqualsTheReference(string name, Enum style, double ap, double ap50)
    {
        var truth = CocoGroundTruth.Load(RepositoryPaths.Shared("datasets", "coco-mini", "instances_val2017.json"));
        var folder = RepositoryPaths.Shared("datasets", "coco-mini", "val2017");
        using var detector = Load(name);
        Assert.Equal((ExportStyle)style, detector.Style);
        Assert.Equal(80, detector.Labels.Count);
        var results = new CocoResults(name);
        var found = new Detections[truth.Images.Count];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
            found[i] = detector.Detect(ImageFile.Read(Path.Combine(folder, truth.Images[i].FileName))));
        for (var i = 0; i < found.Length; i++)
        {
            foreach (var o in found[i])
            {
                results.Add(truth.Images[i].Id, detector.CategoryIds[o.ClassId], CocoBox.FromCorners(o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1), o.Score);
            }
        }

        var summary = CocoEvaluator.Evaluate(truth, results).Summary;
        Assert.InRange(summary.AP, ap - 0.003, ap + 0.003);
        Assert.InRange(summary.AP50, ap50 - 0.003, ap50 + 0.003);
    }

    [Fact]
    public void A_place_has_one_class_also_where_the_graph_suppresses()
    {
        var path = RepositoryPaths.Shared("models", "picodet_xs_320_coco_lcnet_postprocessed.onnx");
        var image = ImageFile.Read(RepositoryPaths.Shared("datasets", "coco-mini", "val2017", "000000000139.jpg"));
        using var all = Load("picodet-xs-320-coco");
        using var best = all.With(new DetectionOptions { BestClassOnly = true });
        var stop = TestContext.Current.CancellationToken;
        var (several, one) = (all.Detect(image, cancellationToken: stop), best.Detect(image, cancellationToken: stop));
        Assert.True(several.DistinctBy(o => o.Box).Count() < several.Count, path);
        Assert.Equal(several.GroupBy(o => o.Box).Select(g => g.MaxBy(o => o.Score)).OrderByDescending(o => o.Score), one);
    }

    [Fact]
    public void TheDetectorOnTheSharedBackboneShips()
    {
        using var detector = Detector.Load();
        Assert.Equal("picodet-x1.0-320-coco", detector.Name);
        Assert.Equal(ExportStyle.RawHeads, detector.Style);
        Assert.Equal((80, 90), (detector.Labels.Count, detector.CategoryIds[79]));
        Assert.NotEmpty(detector.Detect(
            Path.Combine(RepositoryPaths.Samples, "motorcycle.jpg"), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void CleaningKeepsBoxesWithinAHundredthOfAPixel()
    {
        var file = Find("picodet-xs-320-coco");
        var bytes = file.ReadAllBytes();
        using var before = OnnxModel.Load(bytes, "delivered", new RuntimeOptions { Clean = false });
        using var after = OnnxModel.Load(bytes, "cleaned");
        Assert.Equal(2, after.Inputs.Count);
        var preprocessor = new Preprocessor(file.Manifest.Preprocess!);
        foreach (var path in Directory.EnumerateFiles(RepositoryPaths.Shared("datasets", "coco-mini", "val2017")).Order(StringComparer.Ordinal).Take(5))
        {
            var image = ImageFile.Read(path);
            using var input = InputTensor.Rent("image", 1, 3, 320, 320);
            using var scale = InputTensor.Rent("scale_factor", 1, 2);
            preprocessor.Run(image, preprocessor.Plan(image.Width, image.Height), input.Values);
            (scale.Values[0], scale.Values[1]) = (320f / image.Height, 320f / image.Width);
            using var expected = before.Run([input, scale], TestContext.Current.CancellationToken);
            using var got = after.Run([input, scale], TestContext.Current.CancellationToken);
            var rows = Rows(expected);
            Assert.Equal(rows.Length, Rows(got).Length);
            Assert.All(rows.Zip(Rows(got)), p => Assert.True(
                p.First[0] == p.Second[0] && Math.Abs(p.First[1] - p.Second[1]) < 1e-4f
                && p.First.Skip(2).Zip(p.Second.Skip(2)).All(e => Math.Abs(e.First - e.Second) < 0.01f),
                $"{string.Join(' ', p.First)} | {string.Join(' ', p.Second)}"));
        }
    }

    private static float[][] Rows(ModelOutputs outputs) => [.. outputs.Floats(0).ToArray().Chunk(6)];

    private static Detector Load(string name) => Detector.Load(Find(name));

    private static ModelFile Find(string name)
    {
        var manifest = ModelCatalog.Default.Models.First(m => m.Name == name);
        return new ModelFile(manifest, RepositoryPaths.Shared("models", manifest.File));
    }
}
