using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>One network in every form in which it is published gives one answer.</summary>
public sealed class OfficialFormsTests : PullSetup
{
    private static readonly PixelBuffer _image = ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "page.png"));

    public static TheoryData<string> Forms =>
        ["pdparams", "zip", "tar", "onnx", "safetensors", "student", "optimizer", "average", "backbone"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task EveryFormAnswersTheSame(string form)
    {
        var model = Find("pplcnet-x1.0-doc-ori");
        var tensors = PublishedFiles.Tensors(model);
        var plain = PublishedFiles.Paddle(tensors);
        (string File, byte[] Content) published = form switch
        {
            "pdparams" => ("a.pdparams", plain),
            "zip" => ("a.zip", PublishedFiles.Zip(("a/", []), ("a/model.pdparams", plain), ("a/readme.txt", [65]))),
            "tar" => ("a.tar", PublishedFiles.Tar(
                ("a/best_accuracy.pdparams", plain), ("a/best_accuracy.pdopt", [1]), ("a/latest.pdparams", [1, 2]),
                ("a/train.log", [65]))),
            "onnx" => ("a.onnx", PublishedFiles.Exported(model, tensors)),
            "safetensors" => ("model.safetensors", PublishedFiles.Transformers(tensors)),
            "student" => ("a.pdparams", PublishedFiles.Paddle(PublishedFiles.WithTraining(tensors, 1))),
            "optimizer" => ("a.pdparams", PublishedFiles.Paddle(PublishedFiles.WithTraining(tensors, 2))),
            "average" => ("a.pdparams", PublishedFiles.Paddle(PublishedFiles.WithTraining(tensors, 3))),
            _ => ("a.pdparams", PublishedFiles.Paddle(tensors.Select(
                t => (t.Name.StartsWith("fc.", StringComparison.Ordinal) ? t.Name : "backbone." + t.Name, t.Shape, t.Values)))),
        };
        var pulled = await PullAsync(model, Server.Serve(published.File, published.Content));
        using var classifier = Classifier.Load(pulled);
        using var expected = Classifier.Load(ModelFile.FromBytes(
            PublishedFiles.Exported(model, tensors), pulled.Manifest with { Network = null, Bytes = 0, Sha256 = "" }));
        Assert.All(
            expected.Classify(_image, cancellationToken: Token).Zip(classifier.Classify(_image, cancellationToken: Token)),
            p => Assert.Equal((p.First.Label, p.First.Score),
                (p.Second.Label, MathF.Abs(p.Second.Score - p.First.Score) < 1e-5f ? p.First.Score : p.Second.Score)));
    }

    [Theory]
    [InlineData("pplcnet-x1.0-clarity", 0, true)]
    [InlineData("pplcnet-x1.0-clarity", 1, false)]
    [InlineData("pplcnet-x1.0-image-orientation", 1, false)]
    [InlineData("pplcnet-x0.25-textline-ori", 0, true)]
    [InlineData("pplcnet-x0.25-textline-ori", 1, false)]
    public async Task LastConvolutionOfTheFileDecides(string name, int network, bool hasLastConv)
    {
        var model = Find(name);
        var pulled = await PullAsync(
            model, Server.Serve("a.pdparams", PublishedFiles.Paddle(PublishedFiles.Tensors(model, network))));
        Assert.Equal(hasLastConv, !pulled.Manifest.Network!.Value.TryGetProperty("lastConv", out _));
        if (name.Contains("textline", StringComparison.Ordinal))
        {
            Assert.Equal(hasLastConv ? "2"
                : "[1,2]", pulled.Manifest.Network.Value.GetProperty("strides")[0].GetRawText().Replace(" ", ""));
        }
    }

    [Fact]
    public async Task AppearanceNetworkHasNoFactorAndNoNormalization()
    {
        var mot = Find("pplcnet-x2.5-mot-person");
        var checkpoint = PublishedFiles.Paddle(PublishedFiles.Tensors(mot));
        var pulled = await PullAsync(mot, Server.Serve("a.pdparams", checkpoint));
        var shitu = await PullAsync(Find("shitu-v1-rec"), Server.Serve("b.pdparams", checkpoint));
        var (raw, unit) = (Vector(pulled), Vector(shitu, pulled.Manifest.Preprocess));
        Assert.NotEqual(1, Length(raw), 1e-3);
        Assert.Equal(1, Length(unit), 1e-4);

        // The factor stands before a layer with a bias: directions differ, too.
        Assert.InRange(raw.Zip(unit, (a, b) => a * b).Sum() / Length(raw), 0.5, 0.99999);

        static float[] Vector(ModelFile file, Preprocess? preprocess = null)
        {
            using var model = ImageModel.Load(file, new ModelOptions { Preprocess = preprocess });
            var head = EmbeddingHead.Bind(model.Binding());
            using var input = model.Prepare(_image);
            using var outputs = model.Run(input, Token);
            return head.Read(new HeadInput(
                outputs, 0, input.Plans[0], _image.Width, _image.Height), new EmbeddingOptions { Normalize = false }).Vector;
        }

        static double Length(float[] vector) => Math.Sqrt(vector.Sum(v => (double)v * v));
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("yml in a tar")]
    [InlineData("yml beside the graph")]
    [InlineData("dictionary beside the graph")]
    [InlineData("published dictionary")]
    public async Task DictionaryIsTakenFromWhereItIs(string where)
    {
        var model = Find("ppocr-v6-tiny-rec");
        var graph = PublishedFiles.Recognizer(withDictionary: where == "metadata");
        var from = where == "yml in a tar"
            ? Server.Serve("m/rec_onnx_infer.tar", PublishedFiles.Tar(
                ("r/inference.onnx", graph), ("r/inference.yml", PublishedFiles.Yml(false))))
            : Server.Serve("m/inference.onnx", graph);
        if (where == "yml beside the graph")
        {
            Server.Serve("m/inference.yml", PublishedFiles.Yml(false));
        }
        else if (where == "dictionary beside the graph")
        {
            Server.Serve("m/" + model.Dictionary[0].Name, PublishedFiles.DictionaryFile());
        }
        else if (where == "published dictionary")
        {
            Publish(model.Dictionary[1], PublishedFiles.DictionaryFile());
        }

        var pulled = await PullAsync(model, from);
        Assert.Equal(where == "metadata" ? [] : PublishedFiles.Dictionary, pulled.Manifest.Labels);
        using var reader = LineReader.Load(pulled);
        Assert.Single(reader.Read(_image, cancellationToken: Token).Lines);
    }

    [Fact]
    public async Task ThresholdsOfTheYmlHold()
    {
        var model = Find("ppocr-v6-tiny-det");
        var tar = PublishedFiles.Tar(
            ("d/inference.onnx", PublishedFiles.TextDetector()), ("d/inference.yml", PublishedFiles.Yml(true)));
        var settings = TextDetectionSettings.Of((await PullAsync(model, Server.Serve("det.tar", tar))).Manifest);
        Assert.Equal((0.2f, 0.4f, 1.4f, 100_000),
            (settings.Threshold, settings.BoxThreshold, settings.UnclipRatio, settings.MaxCandidates));
    }
}
