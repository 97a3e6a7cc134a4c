using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

public class MultiHeadTests
{
    private const string TwoHeads = """
        { "kind": "pplcnet-heads", "scale": 1.0, "ignore": ["boxes", "mask"], "heads": {
          "vector": { "kind": "embedding", "dimensions": 512 },
          "labels": { "kind": "classification", "classes": 1000 } } }
        """;

    [Fact]
    public void One_pass_gives_what_each_head_gives_alone()
    {
        using var model = Load(TwoHeads);
        Assert.Equal(["vector", "labels"], model.Outputs.Select(o => o.Name));
        using var input = Image();
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        foreach (var (name, index) in new[] { ("pplcnet-x1.0-embed", 0), ("pplcnet-x1.0-imagenet", 1) })
        {
            using var alone = OnnxModel.Load(ModelGraph.Bytes(ModelCatalog.Default.Find(name)), name);
            using var expected = alone.Run(input, TestContext.Current.CancellationToken);
            var (wanted, found) = (expected.Floats().ToArray(), outputs.Floats(index).ToArray());
            Assert.Equal(wanted.Length, found.Length);
            Assert.All(wanted.Zip(found), p => Assert.Equal(p.First, p.Second, 1e-5f));
        }
    }

    [Fact]
    public void A_graph_can_hold_some_of_the_heads()
    {
        using var model = Load(TwoHeads, new HashSet<string> { "labels" });
        Assert.Equal("labels", Assert.Single(model.Outputs).Name);
    }

    [Fact]
    public void Outputs_are_known_from_the_manifest() =>
        Assert.Equal(["vector", "labels"], MultiHeadKind.HeadsOf("model", JsonElement.Parse(TwoHeads)).Select(h => h.Output));

    [Theory]
    [InlineData("""{ "kind": "pplcnet-heads" }""", "a model with several heads ('heads' in the manifest's network")]
    [InlineData("""{ "kind": "pplcnet-heads", "heads": {} }""", "a model with several heads ('heads' in the manifest's network")]
    [InlineData("""{ "kind": "pplcnet-heads", "heads": { "a": { "kind": "tail" } } }""", "a head of kind embedding, classification, picodet, deeplabv3p, linear-probe as 'a'")]
    [InlineData("""{ "kind": "pplcnet-heads", "heads": { "a": { "kind": "embedding", "dimensions": -1 } } }""", "'dimensions' of the head 'a'")]
    [InlineData("""{ "kind": "pplcnet-heads", "heads": { "a": { "kind": "embedding" } } }""", "tensors of the network")]
    public void A_manifest_that_does_not_fit_says_what_was_expected(string network, string expected)
    {
        var error = Assert.Throws<ModelFormatException>(() => Load(network).Dispose());
        Assert.Contains(expected, error.Expected);
    }

    [Fact]
    public void Weights_of_other_networks_in_the_file_must_be_named()
    {
        const string one = """{ "kind": "pplcnet-heads", "heads": { "vector": { "kind": "embedding" } } IGNORE }""";
        var error = Assert.Throws<ModelFormatException>(() => Load(one.Replace("IGNORE", "", StringComparison.Ordinal)).Dispose());
        Assert.Contains("surplus: boxes.head.", error.Found, StringComparison.Ordinal);
        using var model = Load(one.Replace("IGNORE", """, "ignore": ["fc", "last_conv", "boxes", "mask"]""", StringComparison.Ordinal));
        Assert.Equal("vector", Assert.Single(model.Outputs).Name);
        Assert.Throws<ModelFormatException>(() => Load(one.Replace("IGNORE", """, "ignore": "fc" """, StringComparison.Ordinal)).Dispose());
    }

    [Fact]
    public void An_output_that_no_head_gives_is_an_error()
    {
        var error = Assert.Throws<ModelFormatException>(() => Load(TwoHeads, new HashSet<string> { "boxes" }).Dispose());
        Assert.Contains("vector, labels", error.Expected);
    }

    private static OnnxModel Load(string network, IReadOnlySet<string>? only = null) =>
        OnnxModel.Load(ModelGraph.Bytes(File(network), plan: new LoadPlan { Outputs = only }), "model");

    private static ModelFile File(string network)
    {
        var file = ModelCatalog.Default.Find("pplcnet-x1.0-embed");
        return file with { Manifest = file.Manifest with { Network = JsonElement.Parse(network) } };
    }

    private static InputTensor Image()
    {
        var input = InputTensor.Rent(1, 3, 160, 192);
        SeededTensor.Input([1, 3, 160, 192]).CopyTo(input.Values);
        return input;
    }
}
