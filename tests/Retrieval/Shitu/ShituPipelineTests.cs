using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Shitu;

/// <summary>
/// The pipeline with the shipped embedding, a gallery of sample images, and a detector that says what the test wants.
/// </summary>
public sealed class ShituPipelineTests : IDisposable
{
    private readonly Embedder _embedder = Embedder.Load();
    private readonly FlatIndex _index;
    private readonly PixelBuffer _coffee = ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "coffee.jpg"));

    public ShituPipelineTests()
    {
        _index = new FlatIndex(_embedder.Dimensions, VectorMetric.Cosine);
        string[] names = ["coffee", "cat", "rocket", "flower"];
        var items = names.Select((name, i) => new GalleryItem(i, name, _embedder.Embed(ImageFile.Read(Path.Combine(RepositoryPaths.Samples, name + ".jpg")))));
        _index.AddAsync([.. items]).AsTask().GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _index.Dispose();
        _embedder.Dispose();
    }

    [Fact]
    public void Without_a_detector_the_whole_image_is_named()
    {
        var found = Assert.Single(Recognize(null, ShituOptions.Default).Objects);
        Assert.Equal("coffee", found.Label);
        Assert.Equal(new Box(0, 0, _coffee.Width, _coffee.Height), found.Box);
        Assert.InRange(found.Score, 0.999f, 1.001f);
        Assert.Equal(found.Matches.OrderByDescending(m => m.Score), found.Matches);
    }

    [Fact]
    public void Results_are_drawn_and_written_as_json()
    {
        var result = Recognize(null, ShituOptions.Default);
        var drawn = result.Draw(_coffee);
        Assert.False(drawn.View.Row(0).SequenceEqual(_coffee.View.Row(0)));
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteObjects(result);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        var found = Assert.Single(document.RootElement.GetProperty("objects").EnumerateArray());
        Assert.Equal("coffee", found.GetProperty("label").GetString());
        Assert.Equal(result.Objects[0].Matches.Count, found.GetProperty("matches").GetArrayLength());
        Assert.False(found.GetProperty("matches")[0].TryGetProperty("path", out _));
    }

    [Theory]
    [InlineData(WholeImage.WhenNothingDetected, false, 1, true)]
    [InlineData(WholeImage.WhenNothingDetected, true, 1, false)]
    [InlineData(WholeImage.Always, true, 2, true)]
    [InlineData(WholeImage.Never, false, 0, false)]
    [InlineData(WholeImage.Never, true, 1, false)]
    public void The_whole_image_is_searched_when_the_option_says(WholeImage whole, bool detects, int objects, bool hasWhole)
    {
        var detector = new StubDetector(detects ? [(new Box(50, 40, 300, 300), 0.9f)] : []);
        var found = Recognize(detector, new ShituOptions { WholeImage = whole }).Objects;
        Assert.Equal(objects, found.Count);
        Assert.Equal(hasWhole, found.Any(o => o.Box.Width == _coffee.Width));
    }

    [Fact]
    public void Boxes_are_clipped_and_empty_ones_skipped()
    {
        var detector = new StubDetector([(new Box(-50, -50, 200, 200), 0.9f), (new Box(-20, -20, -5, -5), 0.8f), (new Box(10, 10, 10.2f, 50), 0.7f)]);
        var found = Assert.Single(Recognize(detector, new ShituOptions { WholeImage = WholeImage.Never }).Objects);
        Assert.Equal(new Box(0, 0, 200, 200), found.Box);
    }

    [Fact]
    public void Weak_and_surplus_detections_are_left_out()
    {
        var detector = new StubDetector([.. Enumerable.Range(0, 9).Select(i => (new Box(i * 10, 0, (i * 10) + 60, 80), 0.95f - (i * 0.1f)))]);
        Assert.Equal(3, Recognize(detector, new ShituOptions { MaxObjects = 3 }).Objects.Count);
        Assert.Equal(5, Recognize(detector, new ShituOptions { MaxObjects = 9, DetectionThreshold = 0.5f }).Objects.Count);
    }

    [Fact]
    public void Below_the_threshold_an_object_is_unknown_or_left_out()
    {
        var found = Assert.Single(Recognize(null, new ShituOptions { Threshold = 1.1f }).Objects);
        Assert.Null(found.Label);
        Assert.Equal("coffee", found.Matches[0].Label);
        Assert.Empty(Recognize(null, new ShituOptions { Threshold = 1.1f, KeepUnknown = false }).Objects);
    }

    [Fact]
    public void Classic_behaviour_lets_the_better_match_suppress()
    {
        var detector = new StubDetector([(new Box(100, 50, 450, 380), 0.9f)]);
        var found = Assert.Single(Recognize(detector, ShituOptions.Classic).Objects);
        Assert.Equal(_coffee.Width, found.Box.Width); // the gallery holds the whole image, so it matches better than its part
    }

    [Theory]
    [InlineData(LabelPolicy.Top1, false, "a", 3)]
    [InlineData(LabelPolicy.Vote, false, "b", 3)]
    [InlineData(LabelPolicy.Top1, true, "a", 2)]
    public async Task Policies_turn_matches_into_a_label(LabelPolicy policy, bool distinct, string label, int matches)
    {
        using var index = new FlatIndex(_embedder.Dimensions, VectorMetric.Cosine);
        var vector = _embedder.Embed(_coffee, cancellationToken: TestContext.Current.CancellationToken).Vector;
        float[] Near(float amount) => [.. vector.Select((v, i) => i == 0 ? v + amount : v)];
        await index.AddAsync([new(1, "a", vector), new(2, "b", Near(0.1f)), new(3, "b", Near(0.2f))], TestContext.Current.CancellationToken);
        var pipeline = new ShituPipeline(_embedder, index, options: new ShituOptions { Policy = policy, DistinctLabels = distinct });
        var found = Assert.Single(pipeline.Recognize(_coffee, null, TestContext.Current.CancellationToken).Objects);
        Assert.Equal((label, matches), (found.Label, found.Matches.Count));
    }

    [Fact]
    public async Task Calibration_keeps_strangers_out_at_the_target_rate()
    {
        using var index = new FlatIndex(2, VectorMetric.Cosine);
        GalleryItem At(int id, string label, double degrees) =>
            new(id, label, new[] { (float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180) });
        await index.AddAsync([At(1, "a", 0), At(2, "a", 5), At(3, "b", 90), At(4, "b", 95)], TestContext.Current.CancellationToken);
        var calibration = await ThresholdCalibration.FromAsync(index, 0, cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(calibration.Threshold, (float)Math.Cos(85.01 * Math.PI / 180), (float)Math.Cos(84.9 * Math.PI / 180));
        Assert.Equal((0.0, 1.0, 4), (calibration.FalseAcceptRate, calibration.TrueAcceptRate, calibration.Items));
    }

    [Fact]
    public void An_index_of_another_model_is_refused()
    {
        _index.Model = new VectorModel("another", "0123");
        var error = Assert.Throws<ModelFormatException>(() => new ShituPipeline(_embedder, _index));
        Assert.Contains("'another' (0123)", error.Message, StringComparison.Ordinal);
        Assert.Contains(_embedder.Fingerprint, error.Message, StringComparison.Ordinal);
        _index.Model = VectorModel.Of(_embedder);
        _ = new ShituPipeline(_embedder, _index);
    }

    [Fact]
    public async Task A_gallery_takes_its_model_along_into_memory_and_back()
    {
        using var folder = new TemporaryFolder();
        using (var gallery = Gallery.Create(folder.File("a"), new GalleryHeader { Dimensions = _embedder.Dimensions, Model = "another", ModelFingerprint = "0123" }))
        {
            await gallery.AddAsync([(await _index.GetAsync(1, TestContext.Current.CancellationToken))!], TestContext.Current.CancellationToken);
            Assert.Throws<ModelFormatException>(() => new ShituPipeline(_embedder, gallery));
        }

        foreach (var index in (IVectorIndex[])[new FlatIndex(_embedder.Dimensions), new HnswIndex(_embedder.Dimensions)])
        {
            using (index)
            {
                await index.LoadAsync(folder.File("a"), TestContext.Current.CancellationToken);
                Assert.Equal("0123", index.Model.Fingerprint);
                Assert.Throws<ModelFormatException>(() => new ShituPipeline(_embedder, index));
                await index.SaveAsync(folder.File("b"), overwrite: true, cancellationToken: TestContext.Current.CancellationToken);
                using var saved = Gallery.Open(folder.File("b"));
                Assert.Equal("another", saved.Header.Model);
                var other = new GalleryHeader { Dimensions = 1, Model = "m", ModelFingerprint = "f" };
                await Assert.ThrowsAsync<ModelFormatException>(() => GalleryFiles.SaveAsync(index, folder.File("c"), other, cancellationToken: TestContext.Current.CancellationToken));
            }
        }
    }

    [Fact]
    public void The_probability_counts_the_best_item_of_any_other_label_even_beyond_K()
    {
        var curve = new LabelProbability(2, -1, VectorMetric.Cosine);
        var one = Assert.Single(Recognize(null, new ShituOptions { K = 1, Probability = curve }).Objects);
        var all = Assert.Single(Recognize(null, new ShituOptions { K = 4, Probability = curve }).Objects);
        Assert.Equal(curve.Of(all.Matches[0].Score, all.Matches[1].Score), all.Probability);
        Assert.Equal(all.Probability, one.Probability);
        Assert.Equal("coffee", one.Label);
        Assert.Null(Assert.Single(Recognize(null, new ShituOptions { Probability = curve, MinProbability = 0.9999 }).Objects).Label);
        Assert.Null(Assert.Single(Recognize(null, ShituOptions.Default).Objects).Probability);
        Assert.Throws<ArgumentException>(() => Recognize(null, new ShituOptions { MinProbability = 0.5 }));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var small = new FlatIndex(3, VectorMetric.Cosine);
        Assert.Contains("512", Assert.Throws<ArgumentException>(() => new ShituPipeline(_embedder, small)).Message);
        Assert.Throws<ArgumentException>(() => new ShituPipeline(_embedder, _index, null, new ShituOptions { WholeImage = WholeImage.Never }));
    }

    private ShituResult Recognize(IObjectDetector? detector, ShituOptions options) =>
        new ShituPipeline(_embedder, _index, detector, options).Recognize(_coffee, null, TestContext.Current.CancellationToken);

    private sealed class StubDetector(IReadOnlyList<(Box Box, float Score)> found) : IObjectDetector
    {
        public string Name => "stub";

        public IReadOnlyList<string> Labels { get; } = ["foreground"];

        public IReadOnlyList<int> CategoryIds { get; } = [0];

        public DetectionSettings Settings { get; } = new();

        public Detections Detect(
            ImageSource image, DetectionOptions? options = null, CancellationToken cancellationToken = default) =>
            new([.. found.Select(f => f.Box)], [.. found.Select(f => f.Score)], new int[found.Count], Labels);

        public void Dispose()
        {
        }
    }
}
