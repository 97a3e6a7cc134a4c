using System.Text.Json;
using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Cli.Commands.Models;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Attributes;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>
/// Every official model by name: pulled from its published addresses, which lead to a loopback server, and put to work.
/// </summary>
public sealed class OfficialPullTests : PullSetup
{
    private static readonly Lazy<PixelBuffer> _image = new(
        () => ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "cat.jpg")));

    public static TheoryData<string> Names => [.. OfficialModels.All.Where(m => m.Parts.Count == 0).Select(m => m.Name)];

    [Fact]
    public void TableHasAtLeast150Models() => Assert.InRange(Names.Count, 150, int.MaxValue);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task ModelIsPulledConvertedAndAnswers(string name)
    {
        var model = Find(name);
        var tensors = Publish(model);
        await PullAsync(model);
        Assert.Equal(
            new[] { $"{name}.json", $"{name}{(tensors is null ? ".onnx" : ".safetensors")}",
                "models.lock" }.Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var found = new ModelCatalog([], [Folder.Path]).Find(name);
        if (tensors is not null)
        {
            var stored = Safetensors.Read(found.Path).Tensors;
            Assert.All(tensors, t => Assert.Equal(t.Values, stored[t.Name].Values));
        }

        Answer(found);
    }

    [Fact]
    public async Task SeveralPullsOfOneModelFetchItOnce()
    {
        var model = Find("pplcnet-x0.25");
        Publish(model);
        var pulled = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => PullAsync(model), Token)));
        Assert.All(pulled, p => Assert.Equal(Path.Combine(Folder.Path, "pplcnet-x0.25.safetensors"), p.Path));
        Assert.Single(Server.Requests, r => r.EndsWith(model.Files[0].Name, StringComparison.Ordinal));
        Assert.Equal(3, Directory.GetFileSystemEntries(Folder.Path).Length);
    }

    [Fact]
    public async Task PairIsPulledWithItsParts()
    {
        var pair = OfficialModels.Find("ppocr-v5-korean")!;
        foreach (var model in OfficialPull.WithParts(pair).Select(WithoutHashes))
        {
            if (model.Parts.Count == 0)
            {
                Publish(model);
            }

            await PullAsync(model);
        }

        using var engine = OcrEngine.Load(
            "ppocr-v5-korean", new OcrEngineOptions { Catalog = new ModelCatalog([], [Folder.Path]) });
        Assert.NotNull(engine.Read(_image.Value, cancellationToken: Token));
    }

    private static void Answer(ModelFile file)
    {
        var image = _image.Value;
        switch (file.Manifest.Task)
        {
            case "detection":
                using (var detector = Detector.Load(file))
                {
                    var found = detector.Detect(image, new DetectionOptions { ScoreThreshold = 0.01f }, Token);
                    Assert.NotEmpty(found);
                    Assert.All(found, o => Assert.InRange(o.Score, 0.01f, 1));
                }

                break;
            case "text-detection":
                using (var detector = TextDetector.Load(file))
                {
                    Assert.NotNull(detector.Detect(image, cancellationToken: Token));
                }

                break;
            case "text-recognition":
                using (var reader = LineReader.Load(file))
                {
                    var line = Assert.Single(reader.Read(image, cancellationToken: Token).Lines);
                    Assert.All(line.Text.EnumerateRunes(), r =>
                        Assert.Contains(r.ToString(), string.Concat(PublishedFiles.Dictionary) + " "));
                }

                break;
            case "embedding":
                using (var embedder = Embedder.Load(file))
                {
                    var vector = embedder.Embed(image, cancellationToken: Token).Vector;
                    Assert.Equal(512, vector.Length);
                    Assert.Equal(1, vector.Sum(v => (double)v * v), 4);
                }

                break;
            case "attributes":
                using (var analyzer = AttributeAnalyzer.Load(file, null))
                {
                    var found = Assert.Single(analyzer.Analyze(image, cancellationToken: Token).Objects).Attributes;
                    Assert.All(found, a => Assert.InRange(a.Score, 0, 1));
                }

                break;
            default:
                using (var classifier = Classifier.Load(file))
                {
                    var all = classifier.Classify(image, new ClassificationOptions { Top = 1000 }, Token);
                    Assert.Equal(1, all.Sum(c => (double)c.Score), 4);
                    Assert.Equal(file.Manifest.Labels.Count, all.Count);
                }

                break;
        }
    }

    /// <summary>Serves the model's first file, in the form that its address says.</summary>
    /// <returns>The tensors, where they are the model's.</returns>
    private List<(string Name, int[] Shape, float[] Values)>? Publish(OfficialModel model)
    {
        var file = model.Files[0];
        var way = Array.FindIndex([.. OfficialModels.All], m => m.Name == model.Name);
        if (Path.GetExtension(file.Name) == ".onnx")
        {
            Publish(file, Graph(model, file));
            if (file.Yml is not null)
            {
                Publish(new OfficialFile(file.Address[..(file.Address.LastIndexOf('/') + 1)] + "inference.yml"),
                    PublishedFiles.Yml(model.Task == "text-detection"));
            }

            if (model.Dictionary.Count > 0)
            {
                Publish(model.Dictionary[0], PublishedFiles.DictionaryFile());
            }

            return null;
        }

        var tensors = PublishedFiles.Tensors(model);
        var all = PublishedFiles.WithTraining(tensors, way);
        if (model.Task == "embedding")
        {
            all = all.Append(("head.fc.weight", [512, 100], new float[51_200]));
        }

        Publish(file, PublishedFiles.Paddle(all));
        return tensors;
    }

    private static byte[] Graph(OfficialModel model, OfficialFile file) => model.Task switch
    {
        "text-detection" => PublishedFiles.TextDetector(),
        "text-recognition" =>
            PublishedFiles.Recognizer(withDictionary: file.Address.Contains("RapidAI", StringComparison.Ordinal)),
        "detection" => PublishedFiles.RawHeads(model, "s"),
        _ when model.Networks.Count > 0 => PublishedFiles.Exported(model, PublishedFiles.Tensors(model)),
        _ => LineOrientation(),
    };

    /// <summary>What the classic text-line classifier is.</summary>
    private static byte[] LineOrientation()
    {
        using var network = JsonDocument.Parse("""{"kind": "mobilenetv3", "size": "small", "scale": 0.35, "classes": 2}""");
        return NetworkKinds.Default.Build(new NetworkRequest("cls", network.RootElement), WeightScope.Random()).ToBytes();
    }
}
