using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Attributes;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime.Attributes;

/// <summary>The published rules of PaddleClas, rule by rule, on graphs that answer chosen probabilities.</summary>
public sealed class AttributeRulesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string[]> Persons => new()
    {
        // Outputs that are not named have a probability of 0.1.
        { "nobody in particular", "", ["Male", "AgeLess18", "Front", "Glasses: False", "Hat: False", "HoldObjectsInFront: False",
            "No bag", "ShortSleeve", "LowerStripe", "No boots"] },
        { "glasses need .3", "1=.31", ["Glasses: True"] },
        { "glasses at .3 are none", "1=.3", ["Glasses: False"] },
        { "hat at .5 is none", "0=.5", ["Hat: False"] },
        { "hat above .5", "0=.51", ["Hat: True"] },
        { "holding needs .6", "18=.6", ["HoldObjectsInFront: False"] },
        { "holding above .6", "18=.61", ["HoldObjectsInFront: True"] },
        { "long sleeve is greater", "2=.2 3=.3", ["LongSleeve"] },
        { "equal sleeves are short", "2=.3 3=.3", ["ShortSleeve"] },
        { "each upper above .5", "4=.6 6=.7 7=.5", ["UpperStride", "UpperPlaid"] },
        { "each lower above .5", "8=.9 11=.6", ["LowerStripe", "Trousers"] },
        { "greatest lower where none is", "12=.4", ["Shorts"] },
        { "greatest bag above .5", "15=.6 16=.7", ["ShoulderBag"] },
        { "no bag at .5", "17=.5", ["No bag"] },
        { "greatest age", "20=.2 21=.15", ["Age18-60"] },
        { "female above .5", "22=.51", ["Female"] },
        { "male at .5", "22=.5", ["Male"] },
        { "greatest view", "25=.2", ["Back"] },
        { "boots above .5", "14=.51", ["Boots"] },
    };

    public static TheoryData<string, string, string[]> Vehicles => new()
    {
        { "nothing reaches .5", "4=.49 15=.49", ["unknown", "unknown"] },
        { ".5 is enough", "4=.5 16=.5", ["red", "bus"] },
        { "the greatest", "0=.6 9=.7 10=.8 17=.9", ["black", "truck"] },
    };

    [Theory]
    [MemberData(nameof(Persons))]
    public void PersonsAreReadByThePublishedRules(string rule, string probabilities, string[] expected)
    {
        var found = Read("pplcnet-x1.0-person-attribute", probabilities).Select(a => a.Name).ToList();
        Assert.True(
            expected.All(found.Contains), $"{rule}: expected {string.Join(", ", expected)}, found {string.Join(", ", found)}");
        if (probabilities.Length == 0)
        {
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [MemberData(nameof(Vehicles))]
    public void VehiclesAreReadByThePublishedRules(string rule, string probabilities, string[] expected)
    {
        var found = Read("pplcnet-x1.0-vehicle-attribute", probabilities);
        Assert.Equal([("color", expected[0]), ("type", expected[1])], found.Select(a => (a.Group, a.Name)));
        Assert.NotEmpty(rule);
    }

    [Fact]
    public void TablesHaveOneBitEach()
    {
        Assert.Equal(
            ["Scanned", "Numerous", "Black-and-White", "Blurry", "Without-Obstacles", "Tilted"],
            Read("pplcnet-x1.0-table-attribute", "0=.6 2=.51 3=.5 4=.9").Select(a => a.Name));
    }

    [Fact]
    public void PaddlexReadsEachLabelAboveOneThreshold()
    {
        var found = Read("pplcnet-x1.0-pedestrian-attribute-paddlex", "0=.71 1=.7 22=.9");
        Assert.Equal([("Hat", 0.71f), ("Female", 0.9f)], found.Select(a => (a.Name, MathF.Round(a.Score, 4))));
        found = Read("pplcnet-x1.0-pedestrian-attribute-paddlex", "0=.71 1=.7 22=.9", new AttributeOptions { Threshold = 0.6f });
        Assert.Equal(["Hat", "Glasses", "Female"], found.Select(a => a.Name));
    }

    [Fact]
    public void ScoresOfAbsenceAreTheRest()
    {
        var found = Read("pplcnet-x1.0-person-attribute", "0=.2 15=.3 22=.4").ToDictionary(a => a.Group, a => a.Score);
        Assert.Equal(0.8f, found["hat"], 1e-5f);
        Assert.Equal(0.7f, found["bag"], 1e-5f);
        Assert.Equal(0.6f, found["sex"], 1e-5f);
    }

    [Theory]
    [InlineData("""{"rule": "animal"}""", "'animal'")]
    [InlineData("""{"rule": "person", "threshold": 1.5}""", "0 to 1")]
    [InlineData("""{"rule": "person", "unknown": 1}""", "unknown")]
    [InlineData("""{"rule": "vehicle"}""", "19 labels for the rule 'vehicle'; found 26")]
    public void SettingsThatDoNotFitAreRefused(string settings, string message)
    {
        using var document = JsonDocument.Parse(settings);
        var manifest = Manifest("pplcnet-x1.0-person-attribute") with { Settings = document.RootElement };
        var e = Assert.Throws<ModelFormatException>(
            () => AttributeRecognizer.Load(ModelFile.FromBytes(Graph(new float[26]), manifest)));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Sigmoid)]
    public void SigmoidIsAppliedOnce(Activation end)
    {
        float[] logits = [.. Enumerable.Repeat(-3f, 18), 2f];
        using var recognizer = AttributeRecognizer.Load(
            ModelFile.FromBytes(Graph(logits, end), Manifest("pplcnet-x1.0-vehicle-attribute")));
        var found = recognizer.Recognize(new PixelBuffer(8, 8), cancellationToken: Token);
        Assert.Equal(["unknown", "estate"], found.Select(a => a.Name));
        Assert.Equal(1 / (1 + MathF.Exp(3)), found[0].Score, 1e-6f);
        Assert.Equal(1 / (1 + MathF.Exp(-2)), found[1].Score, 1e-6f);
    }

    [Fact]
    public void NumbersThatAreNoneAreAnError()
    {
        using var recognizer = AttributeRecognizer.Load(
            ModelFile.FromBytes(Graph([.. Enumerable.Repeat(float.NaN, 19)]), Manifest("pplcnet-x1.0-vehicle-attribute")));
        Assert.Contains("NaN", Assert.Throws<ModelFormatException>(
            () => recognizer.Recognize(new PixelBuffer(8, 8), cancellationToken: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCallOfAPredictorIsThere()
    {
        var file = ModelFile.FromBytes(Graph(new float[19]), Manifest("pplcnet-x1.0-vehicle-attribute"));
        using var recognizer = AttributeRecognizer.Load(file);
        using var strict = recognizer.With(new AttributeOptions { Threshold = 0.6f });
        var path = Path.Combine(RepositoryPaths.Samples, "cat.jpg");
        var image = ImageFile.Read(path);
        Assert.Equal("yellow", recognizer.Recognize(path, cancellationToken: Token)[0].Name);
        Assert.Equal("unknown", strict.Recognize(image, cancellationToken: Token)[0].Name);
        Assert.Equal(2, recognizer.Recognize([image, image], cancellationToken: Token).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => recognizer.With(new AttributeOptions { Threshold = 2 }));
    }

    private static List<FoundAttribute> Read(string model, string probabilities, AttributeOptions? options = null)
    {
        var manifest = Manifest(model);
        var values = Enumerable.Repeat(0.1f, manifest.Labels.Count).ToArray();
        foreach (var pair in probabilities.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')))
        {
            values[int.Parse(pair[0])] = float.Parse("0" + pair[1]);
        }

        var settings = AttributeSettings.Of(manifest);
        var found = new List<FoundAttribute>();
        foreach (var group in AttributeRules.Of(settings, manifest.Labels))
        {
            group.Read(values, options?.Threshold ?? settings.Threshold, found);
        }

        return found;
    }

    private static ModelManifest Manifest(string name)
    {
        var model = OfficialModels.Find(name)!;
        return new ModelManifest
        {
            Name = name,
            Task = model.Task,
            Preprocess = model.Preprocess! with { Size = new StretchRule(8, 8) },
            Labels = model.Labels,
            Settings = model.Settings,
        };
    }

    /// <summary>A graph that answers these numbers for every image, through a sigmoid or not.</summary>
    private static byte[] Graph(float[] logits, Activation activation = Activation.None)
    {
        var graph = new GraphBuilder("attributes");
        var mean = graph.Flatten(graph.GlobalAveragePool(NetworkInput.Any.AddTo(graph)));
        var nothing = graph.Mul(graph.Slice(mean, 1, 0, 1), graph.Constant(0f));
        var x = graph.Add(nothing, graph.Constant("logits", [1, logits.Length], logits));
        graph.Output(activation == Activation.None ? x : graph.Activate(x, activation), "p");
        return graph.ToBytes();
    }
}
