using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Detection;

/// <summary>The detector of pages that ships, on images that ship.</summary>
public sealed class DetectorTests
{
    private static readonly string _file = Path.Combine(RepositoryPaths.Models, "picodet_lcnet_x1_0_layout_cdla.onnx");
    private static readonly ModelManifest _manifest = ModelCatalog.Default.Find(Detector.LayoutModel).Manifest;
    private static readonly Lazy<Detector> _detector = new(() => Detector.Load(Detector.LayoutModel));
    private static readonly DetectionOptions _horses = new() { Classes = ["horse"] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static PixelBuffer Page => ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "page.png"));

    [Fact]
    public void TheShippedLayoutModelNeedsNothingElse()
    {
        var detector = _detector.Value;
        Assert.Equal(ExportStyle.RawHeads, detector.Style);
        Assert.Equal((608, 800), detector.Manifest.Preprocess!.Size.TensorSize);
        var found = detector.Detect(Page, cancellationToken: Token);
        Assert.NotEmpty(found);
        Assert.All(found, o => Assert.Contains(o.Class, _manifest.Labels));
        Assert.All(found, o => Assert.InRange(o.Score, 0.5f, 1f));
        Assert.Equal(found.BestFirst(), found);
        Assert.True(found.Timings.Run > 0 && found.Timings.Preprocess > 0);
    }

    [Fact]
    public void NameStreamAndBytesGiveTheSame()
    {
        var expected = _detector.Value.Detect(Page, cancellationToken: Token);
        var options = new ModelOptions { Manifest = _manifest };
        using var stream = File.OpenRead(_file);
        using var fromStream = Detector.Load(stream, options);
        using var fromMetadata = Detector.Load(
            OnnxFile.WithManifest(File.ReadAllBytes(_file), _manifest with { Sha256 = "", Bytes = 0 }));
        using var fromPath = Detector.Load(_file);
        foreach (var other in new[] { fromStream, fromMetadata, fromPath })
        {
            Assert.Equal(expected, other.Detect(Page, cancellationToken: Token));
        }
    }

    [Fact]
    public void ManyThreadsShareOneDetector()
    {
        var expected = _detector.Value.Detect(Page, cancellationToken: Token);
        var page = Page;
        Parallel.For(0, 4, _ => Assert.Equal(expected, _detector.Value.Detect(page)));
    }

    [Fact]
    public void SeveralImagesGiveOneResultEach()
    {
        var images = new[] { Page, ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "cat.jpg")) };
        var found = _detector.Value.Detect(images, cancellationToken: Token);
        Assert.Equal(images.Select(p => _detector.Value.Detect(p)), found);
    }

    [Fact]
    public void OptionsReplaceTheManifest()
    {
        var all = _detector.Value.Detect(Page, cancellationToken: Token);
        var wanted = all[0].Class;
        var few = new DetectionOptions { ScoreThreshold = all[0].Score - 1e-4f, Classes = [wanted] };
        Assert.Equal([all[0]], _detector.Value.Detect(Page, few, Token));
        var many = new DetectionOptions { ScoreThreshold = 0.02f };
        Assert.True(_detector.Value.Detect(Page, many, Token).Count > all.Count);
        var clipped = _detector.Value.Detect(Page, many with { Clip = true }, Token);
        Assert.True(clipped.Count > all.Count);
        Assert.All(clipped, o => Assert.Equal(o.Box, o.Box.Clip(Page.Width, Page.Height)));
        using var view = _detector.Value.With(few);
        Assert.Equal([all[0]], view.Detect(Page, cancellationToken: Token));
    }

    [Fact]
    public async Task FilesStreamInOrderAndABadOneStopsNothing()
    {
        using var folder = new Folder();
        File.Copy(Path.Combine(RepositoryPaths.Samples, "page.png"), Path.Combine(folder.Path, "a.png"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "b.jpg"), "no image", Token);
        File.Copy(Path.Combine(RepositoryPaths.Samples, "cat.jpg"), Path.Combine(folder.Path, "c.jpg"));
        var results = new List<FileAnswer<Detections>>();
        await foreach (var result in _detector.Value.DetectAsync(
            ImagePipeline.Files(folder.Path), workers: 2, cancellationToken: Token))
        {
            results.Add(result);
        }

        Assert.Equal(["a.png", "b.jpg", "c.jpg"], results.Select(r => Path.GetFileName(r.Path)));
        Assert.NotNull(results[0].Value);
        Assert.IsType<ImageException>(results[1].Error);
        Assert.Null(results[2].Error);
    }

    [Fact]
    public async Task LeavingAStreamEarlyIsClean()
    {
        var paths = Enumerable.Repeat(Path.Combine(RepositoryPaths.Samples, "page.png"), 50);
        await foreach (var _ in _detector.Value.DetectAsync(paths, workers: 2, cancellationToken: Token))
        {
            break;
        }
    }

    public static TheoryData<string, string> Mismatches => new()
    {
        { "labels", "10 labels" },
        { "size", "one input that takes [N,3,608,800] as the manifest prepares it" },
        { "task", "task 'detection'" },
        { "preprocess", "a manifest with preprocessing" },
        { "categories", "10 category ids" },
        { "settings", "settings of a detector" },
        { "strides", "cells" },
        { "rule", "outputs of a detector" },
        { "follows", "one fixed size" },
    };

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void WhatDoesNotFitFailsAtLoad(string what, string says)
    {
        var wrong = what switch
        {
            "labels" => _manifest with { Labels = ["text", "title"] },
            "size" => _manifest with { Preprocess = _manifest.Preprocess! with { Size = new StretchRule(800, 608) } },
            "task" => _manifest with { Task = "segmentation" },
            "preprocess" => _manifest with { Preprocess = null },
            "categories" => _manifest with { Settings = Json("""{"categoryIds": [1, 2]}""") },
            "settings" => _manifest with { Settings = Json("""{"scoreThreshold": "high"}""") },
            "strides" => _manifest with { Settings = Json("""{"strides": [4, 8, 16, 32]}""") },
            "rule" => _manifest with { Settings = Json("""{"scoreRule": "Quality"}""") },
            _ => _manifest with { Preprocess = _manifest.Preprocess! with { Size = new MultipleRule(32) } },
        };
        var e = Assert.Throws<ModelFormatException>(() => Detector.Load(_file, new ModelOptions { Manifest = wrong }));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelOfAnotherTaskSaysSo()
    {
        var e = Assert.Throws<ModelFormatException>(() => Detector.Load("pplcnet-x1.0-doc-ori"));
        Assert.Contains("'orientation'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownClassIsAnError() =>
        Assert.All(
            (Action[])[() => _detector.Value.Detect(Page, _horses, Token), () => _detector.Value.With(_horses)],
            call => Assert.Contains("'horse'", Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal));

    [Fact]
    public void AnUnknownModelIsAnErrorOfItsOwn()
    {
        var error = Assert.Throws<ModelNotFoundException>(() => Detector.Load("no-such-model"));
        Assert.Equal("no-such-model", error.Model);
        Assert.Contains("'no-such-model'", error.Message, StringComparison.Ordinal);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private sealed class Folder : IDisposable
    {
        public Folder() => Directory.CreateDirectory(Path);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"pplcnet-{Guid.NewGuid():n}");

        public void Dispose() => Directory.Delete(Path, true);
    }
}
