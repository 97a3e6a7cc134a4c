using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Commands;

/// <summary><c>pplcnet analyse</c> as scripts call it.</summary>
public sealed class AnalyseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_pass_answers_as_the_separate_commands_do()
    {
        string[] names = ["coffee", "cat", "rocket"];
        var list = _folder.Write("labels.txt", string.Concat(names.Select(n => $"{Sample(n)}\tthe {n}\n")));
        var gallery = _folder.File("g.plcg");
        Pplcnet.Run("index", "build", "--labels", list, "--index", gallery).Expect(0);

        var answer = Pplcnet.Run("analyse", Sample("cat"), "--index", gallery, "--k", "2", "--top", "3", "--embedding", "--json").Expect(0).Json()[0];
        Assert.Equal(3, answer.GetProperty("top").GetArrayLength());
        var near = answer.GetProperty("neighbours").EnumerateArray().ToArray();
        Assert.Equal(2, near.Length);
        Assert.Equal("the cat", near[0].GetProperty("label").GetString());
        Assert.Equal(1, near[0].GetProperty("score").GetDouble(), 1e-3);
        Assert.Equal(1, answer.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("fraction").GetDouble()), 1e-9);
        Assert.All(answer.GetProperty("detections").EnumerateArray(), d => Assert.True(d.GetProperty("score").GetDouble() > 0.4));

        var alone = Pplcnet.Run("embed", Sample("cat"), "--json").Expect(0).Json()[0];
        Assert.All(
            Floats(alone, "embedding").Zip(Floats(answer, "embedding")), p => Assert.Equal(p.First, p.Second, 1e-4));
    }

    [Fact]
    public void A_model_with_boxes_and_a_mask_tells_and_draws_both()
    {
        const string network = """
            { "kind": "pplcnet-heads", "heads": {
              "names": { "kind": "classification", "classes": 2 },
              "boxes": { "kind": "picodet", "prefix": "boxes", "variant": "shared-1.0x", "labels": ["d", "e"] },
              "mask": { "kind": "deeplabv3p", "labels": ["a", "b", "c"], "ratios": [1, 3] } } }
            """;
        var path = WriteModel(network);
        var drawn = _folder.File("drawn.png");
        var answer = Pplcnet.Run("analyse", Sample("cat"), "--model", path, "--draw", drawn, "--score", "0", "--json").Expect(0).Json()[0];
        Assert.Equal(2, answer.GetProperty("top").GetArrayLength());
        Assert.Equal(1, answer.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("fraction").GetDouble()), 1e-9);
        Assert.NotEmpty(answer.GetProperty("detections").EnumerateArray());
        Assert.True(File.Exists(drawn));
        var refused = Pplcnet.Run("analyse", Sample("cat"), "--model", path, "--embedding").Expect(1);
        Assert.Contains("no head that makes vectors", refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "analyse", "x.jpg", "--top", "0")]
    [InlineData(1, "analyse", "x.jpg", "--score", "1.5")]
    [InlineData(3, "analyse", "x.jpg", "--index", "no-such-gallery")]
    [InlineData(3, "analyse", "x.jpg", "--model", "pplcnet-x1.0-embed")]
    public void Wrong_calls_have_their_exit_codes(int exit, params string[] arguments) => Pplcnet.Run(arguments).Expect(exit);

    // Seeded weights under the network's own names, and a manifest beside them.
    private string WriteModel(string network)
    {
        var scope = WeightScope.Random();
        var request = new NetworkRequest("seeded", JsonElement.Parse(network)) { Size = (128, 96), OneImage = true };
        NetworkKinds.Default.Build(request, scope);
        var random = new Random(3);
        var tensors = scope.Taken.Select(t => KeyValuePair.Create(t.Key, new WeightTensor(t.Value, [.. Values(t.Key, t.Value, random)])));
        using (var file = File.Create(_folder.File("seeded.safetensors")))
        {
            Safetensors.Write(file, new WeightSet("seeded", tensors));
        }

        _folder.Write("seeded.json", $$"""
            { "name": "seeded", "task": "analysis", "file": "seeded.safetensors", "labels": ["x", "y"],
              "preprocess": { "channels": "Rgb", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
                "size": { "rule": "stretch", "width": 128, "height": 96 }, "interpolation": "Bilinear" },
              "network": {{network}} }
            """);
        return _folder.File("seeded.safetensors");
    }

    private static IEnumerable<float> Values(string name, int[] shape, Random random) =>
        Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b))
            .Select(_ => WeightScope.IsStatistic(name) ? 0.5f + random.NextSingle() : (random.NextSingle() - 0.5f) / 2);

    private static IEnumerable<double> Floats(JsonElement answer, string name) => answer.GetProperty(name).EnumerateArray().Select(v => v.GetDouble());

    private static string Sample(string name) => Path.Combine(RepositoryPaths.Samples, name + ".jpg");
}
