using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Teaching;
using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Tests.Teaching;

public sealed class HeadTrainerTests : IDisposable
{
    private static readonly HeadTrainerOptions _quick = new() { Views = [ImageView.Whole, ImageView.Standard[1]] };

    private readonly PhotoFolder _photos = new();
    private readonly HeadTrainer _trainer = HeadTrainer.Load();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _trainer.Dispose();
        _photos.Dispose();
    }

    [Fact]
    public void A_saved_head_classifies_alone_and_in_the_shared_pass()
    {
        var head = Teach(_photos.AddThree(8));
        var path = Save(head, "shelf.safetensors");
        Assert.Equal(["blue", "green", "red"], head.Labels);
        Assert.Equal(1, head.Report.Top1.Share);

        var photo = _photos.Add("red", (40, 50, 210), 1, seed: 7)[0];
        using var classifier = Classifier.Load(path);
        var alone = classifier.Classify(photo, cancellationToken: Stop);
        Assert.Equal("red", alone[0].Label);
        Assert.Equal(1, alone.Sum(c => c.Score), 1e-4f);
        Assert.False(alone.IsUnknown, $"novelty {alone.Novelty}");

        using var analyzer = ImageAnalyzer.Load(added: [path]);
        var joined = analyzer.Analyze(photo, cancellationToken: Stop).Added["shelf"];
        Assert.All(alone.Zip(joined), p => Assert.Equal((p.First.Label, Math.Round(p.First.Score, 3)), (p.Second.Label, Math.Round(p.Second.Score, 3))));
        Assert.Equal(alone.Novelty!.Value, joined.Novelty!.Value, 1e-3f);
    }

    [Fact]
    public void A_head_added_to_the_pass_leaves_the_other_answers_and_the_fingerprint_as_they_are()
    {
        var path = Save(Teach(_photos.AddThree(4)), "shelf.safetensors");
        using ImageAnalyzer plain = ImageAnalyzer.Load(embedding: true), more = ImageAnalyzer.Load(embedding: true, added: [path]);
        var photo = Directory.EnumerateFiles(_photos.Path, "*", SearchOption.AllDirectories).First();
        var (before, after) = (plain.Analyze(photo, cancellationToken: Stop), more.Analyze(photo, cancellationToken: Stop));
        Assert.Equal(plain.Fingerprint, more.Fingerprint);
        Assert.Equal(before.Classes!.Select(c => (c.Label, c.Score)), after.Classes!.Select(c => (c.Label, c.Score)));
        Assert.Equal(before.Embedding!.Value.ToArray(), after.Embedding!.Value.ToArray());
        Assert.Empty(before.Added);
    }

    [Fact]
    public void A_model_with_several_heads_takes_a_taught_file_by_itself()
    {
        var path = Save(Teach(_photos.AddThree(4)), "shelf.safetensors");
        using var model = MultiHeadModel.Load(path);
        var probe = model.Bind("linear-probe", ClassificationHead.Bind);
        using var pass = model.Run(_photos.Add("red", (40, 50, 210), 1, seed: 9)[0], Stop);
        Assert.Equal("red", pass.Read(probe, ClassificationOptions.Default)[0].Label);
    }

    [Fact]
    public void The_same_images_and_seed_give_the_same_file_with_and_without_the_cache()
    {
        _photos.AddThree(5);
        var cached = _quick with { CachePath = _photos.Beside("shelf.features") };
        byte[][] files = [Bytes(Teach(_photos)), Bytes(Teach(_photos, cached)), Bytes(Teach(_photos, cached)), Bytes(Teach(_photos, _quick with { Seed = 2 }))];
        Assert.Equal(files[0], files[1]);
        Assert.Equal(files[0], files[2]);
        Assert.NotEqual(files[0], files[3]);
    }

    [Fact]
    public void Features_of_a_run_that_was_cancelled_stay_in_the_cache()
    {
        _photos.AddThree(6);
        var options = _quick with { CachePath = _photos.Beside("shelf.features"), Workers = 1 };
        using var stop = new CancellationTokenSource();
        var progress = new Call(p =>
        {
            if (p is { Stage: "features", Done: 5 })
            {
                stop.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => _trainer.Teach(TeachingData.FromFolder(_photos.Path), options, progress, stop.Token));
        Assert.InRange(new FileInfo(options.CachePath!).Length, 5 * 2 * _trainer.Dimensions * sizeof(float), 8 * 2 * _trainer.Dimensions * sizeof(float));
        Assert.Equal(Bytes(Teach(_photos)), Bytes(Teach(_photos, options)));
    }

    [Fact]
    public void Broken_files_and_contradictions_are_told_and_left_out()
    {
        _photos.AddThree(4);
        var broken = _photos.AddFile("red/broken.jpg", [1, 2, 3]);
        var twice = _photos.AddFile("blue/twice.png", File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_photos.Path, "red")).Order().First()));
        _photos.AddFile("green/copy.png", File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_photos.Path, "green")).Order().First()));
        var report = Teach(_photos).Report;
        Assert.Equal(broken, report.Failures[0].Path);
        Assert.Contains($"found the same image as 'blue' in '{twice}' and as 'red'", report.Failures[1].Error.Message);
        Assert.Equal(2, report.Failures.Count);
        Assert.Contains("1 exact copy", Assert.Single(report.Notes));
        Assert.Equal(4 + 4 + 3, report.Training + report.Validation);
    }

    [Fact]
    public void A_wrong_label_and_a_duplicate_across_the_split_are_found()
    {
        _photos.AddThree(10);
        var wrong = _photos.Add("blue", (40, 50, 210), 1, seed: 50)[0];
        using var validation = new PhotoFolder();
        validation.Add("red", (40, 50, 210), 1, seed: 60);
        var source = Directory.EnumerateFiles(Path.Combine(_photos.Path, "green")).Order().First();
        var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(validation.Path, "green")).FullName, "copy.bmp");
        ImageFile.Write(copy, ImageFile.Read(source));
        File.Copy(source, Path.Combine(validation.Path, "green", "same.png"));
        var report = _trainer.Teach(TeachingData.FromFolder(_photos.Path, validation.Path), _quick, cancellationToken: Stop).Report;
        Assert.Equal((wrong, "blue", "red"), (report.SuspectLabels[0].Path, report.SuspectLabels[0].Given, report.SuspectLabels[0].Answer));
        Assert.Equal((copy, source), (report.NearDuplicates[0].Path, report.NearDuplicates[0].Training));
        Assert.Equal(1, report.NearDuplicates[0].Similarity, 1e-3);
        Assert.True(report.Top1WithoutDuplicates.Count < report.Top1.Count, "duplicates count");
        Assert.Equal(2, report.Validation);
        Assert.StartsWith("1 image for validation left out", Assert.Single(report.Notes));
    }

    [Fact]
    public void Images_unlike_everything_are_unknown()
    {
        var path = Save(Teach(_photos.AddThree(10)), "shelf.safetensors");
        using var classifier = Classifier.Load(path);
        var stranger = classifier.Classify(Path.Combine(Support.RepositoryPaths.Samples, "page.png"), cancellationToken: Stop);
        Assert.True(stranger.IsUnknown, $"novelty {stranger.Novelty}");
    }

    [Fact]
    public void Several_labels_an_image_have_a_probability_each()
    {
        var lines = new List<string>();
        foreach (var (name, color, labels) in new[] { ("r", (40, 50, 210), "warm;red"), ("y", (50, 200, 220), "warm"), ("b", (220, 60, 40), "") })
        {
            lines.AddRange(_photos.Add(name, color, 8).Select(p => $"{p}\t{labels}"));
        }

        File.WriteAllLines(_photos.Beside("list.tsv"), lines);
        var head = _trainer.Teach(TeachingData.FromList(_photos.Beside("list.tsv")), _quick, cancellationToken: Stop);
        using var classifier = Classifier.Load(Save(head, "many.safetensors"));
        float Of(string label, (int, int, int) color) =>
            classifier.Classify(_photos.Add("new", color, 1, seed: 77)[0], cancellationToken: Stop).Single(c => c.Label == label).Score;
        Assert.InRange(Of("warm", (40, 50, 210)), 0.5f, 1);
        Assert.InRange(Of("red", (40, 50, 210)), 0.5f, 1);
        Assert.InRange(Of("red", (50, 200, 220)), 0, 0.5f);
        Assert.InRange(Of("warm", (220, 60, 40)), 0, 0.5f);
    }

    [Fact]
    public void A_single_label_is_judged_on_images_with_and_without_it()
    {
        var lines = new List<string>();
        foreach (var (name, color, label) in new[] { ("r", (40, 50, 210), "red"), ("y", (50, 200, 220), ""), ("b", (220, 60, 40), "") })
        {
            lines.AddRange(_photos.Add(name, color, 10).Select(p => $"{p}\t{label}"));
        }

        // Noise of another color under the label: the head cannot be right about it.
        lines.AddRange(_photos.Add("wrong", (220, 60, 40), 10, seed: 5).Select((p, i) => $"{p}\t{(i % 2 == 0 ? "red" : "")}"));
        File.WriteAllLines(_photos.Beside("list.tsv"), lines);
        var report = _trainer.Teach(TeachingData.FromList(_photos.Beside("list.tsv")), _quick, cancellationToken: Stop).Report;
        Assert.Equal((report.Validation, report.Training), (report.Top1.Count, report.CrossValidated.Count));
        Assert.InRange(report.CrossValidated.Share, 0.5, 0.95);
    }

    [Fact]
    public void A_label_of_every_image_is_told()
    {
        var lines = _photos.AddThree(4).Path is var folder
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(p => $"{p}\t{Path.GetFileName(Path.GetDirectoryName(p))};photo") : [];
        File.WriteAllLines(_photos.Beside("list.tsv"), lines);
        var report = _trainer.Teach(TeachingData.FromList(_photos.Beside("list.tsv")), _quick, cancellationToken: Stop).Report;
        Assert.Contains("labels that every image has, which the head will say of everything: 'photo'", report.Notes);
    }

    [Fact]
    public void A_mirror_image_is_found_wherever_the_view_stands()
    {
        _photos.AddThree(6);
        using var validation = new PhotoFolder();
        var source = Path.Combine(Support.RepositoryPaths.Samples, "cat.jpg");
        File.Copy(source, Path.Combine(Directory.CreateDirectory(Path.Combine(_photos.Path, "cat")).FullName, "cat.jpg"));
        var image = ImageFile.Read(source);
        var mirrored = new PixelBuffer(image.Width, image.Height, PixelFormat.Bgr24);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                image.Row(y).Slice(3 * x, 3).CopyTo(mirrored.Row(y)[(3 * (image.Width - 1 - x))..]);
            }
        }

        var turned = Path.Combine(Directory.CreateDirectory(Path.Combine(validation.Path, "cat")).FullName, "turned.png");
        ImageFile.Write(turned, mirrored);
        foreach (HeadTrainerOptions options in (HeadTrainerOptions[])[_quick, _quick with { Views = [ImageView.Whole, ImageView.Standard[2], ImageView.Standard[1]] }])
        {
            var pair = Assert.Single(_trainer.Teach(TeachingData.FromFolder(_photos.Path, validation.Path), options, cancellationToken: Stop).Report.NearDuplicates);
            Assert.True(pair.IsMirrored, $"{options.Views.Count} views");
            Assert.InRange(pair.Similarity, 0.99, 1.001);
        }
    }

    [Fact]
    public async Task A_gallery_teaches_without_its_images()
    {
        _photos.AddThree(5);
        var path = _photos.Beside("things.gallery");
        using (var embedder = Embedder.Load())
        using (var builder = GalleryBuilder.Open(path, embedder))
        {
            await builder.AddFolderAsync(_photos.Path, cancellationToken: Stop);
            builder.Complete();
        }

        Directory.Delete(_photos.Path, recursive: true);
        using var gallery = Gallery.Open(path, new GalleryOptions { ReadOnly = true });
        using var trainer = HeadTrainer.LoadForGallery();
        var file = Save(trainer.Teach(gallery, cancellationToken: Stop), "vectors.safetensors");
        using var classifier = Classifier.Load(file);
        Assert.Equal("green", classifier.Classify(_photos.Add("x", (50, 200, 60), 1, seed: 8)[0], cancellationToken: Stop)[0].Label);
        using var analyzer = ImageAnalyzer.Load(added: [file]);
        Assert.Equal("green", analyzer.Analyze(_photos.Add("x", (50, 200, 60), 1, seed: 8)[0], cancellationToken: Stop).Added["vectors"][0].Label);
    }

    [Fact]
    public void A_finished_graph_is_a_backbone_too()
    {
        var known = ModelCatalog.Default.Find("pplcnet-x1.0-embed");
        var manifest = known.Manifest with { Name = "mine", File = "", Network = null, Bytes = 0, Sha256 = "" };
        using var trainer = HeadTrainer.Load(OnnxFile.WithManifest(ModelGraph.Bytes(known), manifest));
        _photos.AddThree(5);
        var head = trainer.Teach(TeachingData.FromFolder(_photos.Path), _quick, cancellationToken: Stop);
        Assert.Contains(".onnx", Assert.Throws<ArgumentException>(() => head.Save(_photos.Beside("wrong.safetensors"))).Message);
        using var classifier = Classifier.Load(Save(head, "mine.onnx"));
        var answer = classifier.Classify(_photos.Add("x", (220, 60, 40), 1, seed: 8)[0], cancellationToken: Stop);
        Assert.Equal("blue", answer[0].Label);
        Assert.InRange(answer.Novelty!.Value, 0, 3);
    }

    [Fact]
    public void A_head_of_another_backbone_does_not_join()
    {
        var path = Save(Teach(_photos.AddThree(4)), "shelf.safetensors");
        var set = Safetensors.Read(path);
        var changed = set.Tensors.ToDictionary(t => t.Key, t => t.Value);
        var first = changed.Keys.First(k => k.StartsWith("backbone.blocks6", StringComparison.Ordinal) && k.EndsWith("pw_conv.conv.weight", StringComparison.Ordinal));
        changed[first] = new WeightTensor(changed[first].Shape, [.. changed[first].Values.Select(v => v * 1.01f)]);
        var other = _photos.Beside("other.safetensors");
        using (var stream = File.Create(other))
        {
            WeightsFile.Write(stream, new WeightSet("other", changed), ModelCatalog.Default.Find(path).Manifest);
        }

        var error = Assert.Throws<ModelFormatException>(() => ImageAnalyzer.Load(added: [other]));
        Assert.Contains("a head trained on the backbone of 'pplcnet-x1.0-heads'", error.Expected);
        Assert.Contains(first, error.Found);
        Assert.Contains("linear-probe", Assert.Throws<ModelFormatException>(() => ImageAnalyzer.Load(added: ["pplcnet-x1.0-imagenet"])).Expected);
    }

    [Fact]
    public void The_manifest_tells_what_the_head_reached()
    {
        var head = Teach(_photos.AddThree(5));
        var training = ModelCatalog.Default.Find(Save(head, "shelf.safetensors")).Manifest.Training!.Value;
        Assert.Equal(head.Report.Top1.Share, training.GetProperty("top1").GetDouble());
        Assert.Equal(3, training.GetProperty("classes").GetInt32());
        Assert.Equal(16, training.GetProperty("backboneFingerprint").GetString()!.Length);
    }

    private static byte[] Bytes(TaughtHead head)
    {
        using var stream = new MemoryStream();
        head.Write(stream, "model");
        return stream.ToArray();
    }

    private TaughtHead Teach(PhotoFolder photos, HeadTrainerOptions? options = null) =>
        _trainer.Teach(TeachingData.FromFolder(photos.Path), options ?? _quick, cancellationToken: Stop);

    private string Save(TaughtHead head, string name)
    {
        head.Save(_photos.Beside(name));
        return _photos.Beside(name);
    }

    private sealed class Call(Action<TeachingProgress> action) : IProgress<TeachingProgress>
    {
        public void Report(TeachingProgress value) => action(value);
    }
}
