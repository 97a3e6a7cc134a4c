using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Import;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Detection.Import;

public sealed class DetectorImporterTests
{
    private static readonly string[] _labels = ["a", "b", "c"];
    private static readonly DetectionOptions _sure = new() { ScoreThreshold = 0.3f };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static PixelBuffer Image => ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "cat.jpg"));

    [Theory]
    [InlineData("xs", 320)]
    [InlineData("s", 416)]
    [InlineData("layout", 224)]
    public void WeightsAreRecognisedAndEveryExportFindsTheSame(string variant, int side)
    {
        var model = DetectorImporter.FromWeights(Checkpoint(variant, 3), "mine", new DetectorImportOptions { Labels = _labels, InputSize = (side, side) });
        Assert.Contains($"PicoDet {variant} ", model.Manifest.Description, StringComparison.Ordinal);
        var results = Enum.GetValues<PicoDetExport>().Select(export =>
        {
            var file = ModelFile.FromBytes(model.Bytes, With(model.Manifest, export));
            using var graph = ImageModel.Load(file);
            Assert.True(graph.CanBatch);
            using var input = graph.Prepare(Image);
            Assert.Equal([1, 3, side, side], input.Images.Shape);
            using var detector = Detector.Load(file);
            return detector.Detect(Image, _sure, Token);
        }).ToList();
        Assert.NotEmpty(results[0]);
        Assert.All(results.Skip(1), r => AssertSame(results[0], r));
    }

    [Fact]
    public void BatchesEqualSingleImages()
    {
        var model = DetectorImporter.FromWeights(Checkpoint("xs", 3), "mine", new DetectorImportOptions { Labels = _labels, InputSize = (128, 160) });
        using var detector = Detector.Load(ModelFile.FromBytes(model.Bytes, model.Manifest), new ModelOptions { BatchSize = 2 });
        PixelBuffer[] images = [Image, ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "coffee.jpg")), Image];
        var found = detector.Detect(images, _sure, Token);
        Assert.Equal(3, found.Count);
        Assert.All(images.Zip(found), p => AssertSame(detector.Detect(p.First, _sure, Token), p.Second));
    }

    [Theory]
    [InlineData("picodet_xs_192_coco.safetensors", 192)]
    [InlineData("mine.safetensors", 320)]
    public void ACheckpointsNameTellsItsSize(string file, int side)
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder.File(file)))
        {
            Safetensors.Write(stream, Checkpoint("xs", 3));
        }

        var model = DetectorImporter.FromFile(folder.File(file), "mine", new DetectorImportOptions { Labels = _labels });
        Assert.Equal((side, side), model.Manifest.Preprocess!.Size.TensorSize);
    }

    [Theory]
    [InlineData("model.txt")]
    [InlineData("model.onnx")]
    public void FilesThatAreNoDetectorAreToldByTheirPath(string file)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(file, "not a model");
        var error = Assert.Throws<ModelFormatException>(() => DetectorImporter.FromFile(path, "mine"));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASavedModelLoadsFromItsPath()
    {
        var folder = Directory.CreateTempSubdirectory("pplcnet-import").FullName;
        try
        {
            var model = DetectorImporter.FromWeights(Checkpoint("xs", 3), "mine", new DetectorImportOptions { Labels = _labels, InputSize = (128, 128) });
            using var detector = Detector.Load(model.Save(folder));
            Assert.Equal("mine", detector.Name);
            Assert.Equal((128, 128), detector.Manifest.Preprocess!.Size.TensorSize);
            Assert.Equal(_labels, detector.Labels);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void OlderAndNewerCheckpointsAreTheSame()
    {
        var older = Checkpoint("xs", 3);
        var newer = new WeightSet("newer", older.Tensors.Concat(older.Tensors
            .Where(t => t.Key.StartsWith("head.head_", StringComparison.Ordinal))
            .Select(t => KeyValuePair.Create(t.Key.Replace("head_cls", "head_cls_list.", StringComparison.Ordinal).Replace("head_reg", "head_reg_list.", StringComparison.Ordinal), t.Value))));
        var only = newer.Rename(n => older.TryGet(n, out _) && n.StartsWith("head.head_", StringComparison.Ordinal) ? null : n);
        var options = new DetectorImportOptions { Labels = _labels, InputSize = (128, 128) };
        var results = new[] { older, newer, only }.Select(w =>
        {
            var model = DetectorImporter.FromWeights(w, "mine", options);
            using var detector = Detector.Load(ModelFile.FromBytes(model.Bytes, model.Manifest));
            return detector.Detect(Image, cancellationToken: Token);
        }).ToList();
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void TheShippedGraphImports()
    {
        var bytes = File.ReadAllBytes(Path.Combine(RepositoryPaths.Models, "picodet_lcnet_x1_0_layout_cdla.onnx"));
        var model = DetectorImporter.FromOnnx(bytes, "page");
        Assert.Equal(10, model.Manifest.Labels.Count);
        Assert.Equal((608, 800), model.Manifest.Preprocess!.Size.TensorSize);
    }

    [Fact]
    public void LabelsMustFit()
    {
        var bytes = File.ReadAllBytes(Path.Combine(RepositoryPaths.Models, "picodet_lcnet_x1_0_layout_cdla.onnx"));
        var e = Assert.Throws<ModelFormatException>(() => DetectorImporter.FromOnnx(bytes, "page", new DetectorImportOptions { Labels = _labels }));
        Assert.Contains("10 labels", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ModelFormatException>(() => DetectorImporter.FromWeights(Checkpoint("xs", 3), "mine"));
        Assert.Contains("labels for 3 classes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherWeightsAreRefused()
    {
        var other = new WeightSet("other", [KeyValuePair.Create("conv1.weight", new WeightTensor([1], [0f]))]);
        Assert.Contains("PicoDet on PP-LCNet", Assert.Throws<ModelFormatException>(() => DetectorImporter.FromWeights(other, "x")).Message, StringComparison.Ordinal);
        var cut = Checkpoint("xs", 3).Rename(n => n == "neck.downsamples.0.bn1.bias" ? null : n);
        Assert.Contains("neck.downsamples.0.bn1.bias", Assert.Throws<ModelFormatException>(() => DetectorImporter.FromWeights(cut, "x")).Message, StringComparison.Ordinal);
    }

    /// <summary>A checkpoint with seeded weights under the official names.</summary>
    private static WeightSet Checkpoint(string variant, int classes)
    {
        var names = WeightScope.Random();
        PicoDetNetwork.Build(PicoDetSpec.Variants[variant] with { Classes = classes, Height = 64, Width = 64 }, names, PicoDetExport.Decoded);
        return new WeightSet(variant, names.Taken.Select(t => KeyValuePair.Create(t.Key, new WeightTensor(t.Value, SeededTensor.Weight(t.Key, t.Value, 1.5)))));
    }

    private static ModelManifest With(ModelManifest manifest, PicoDetExport export)
    {
        var network = manifest.Network!.Value.GetRawText().Replace("Logits", export.ToString(), StringComparison.Ordinal);
        return manifest with
        {
            Network = System.Text.Json.JsonDocument.Parse(network).RootElement,
            Settings = export == PicoDetExport.Logits ? manifest.Settings : null,
            Sha256 = "",
        };
    }

    private static void AssertSame(Detections expected, Detections got)
    {
        Assert.Equal(expected.Count, got.Count);
        Assert.All(expected.Zip(got), p =>
        {
            Assert.Equal(p.First.Score, p.Second.Score, 1e-4f);
            Assert.True(expected.Any(o => o.ClassId == p.Second.ClassId && o.Box.Iou(p.Second.Box) > 0.999f), $"{p.Second}");
        });
    }
}
