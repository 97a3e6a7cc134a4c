using System.Numerics.Tensors;
using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

public class ShippedWeightsTests
{
    [Fact]
    public void The_catalogues_embedder_loads_by_name_and_gives_vectors_of_length_one()
    {
        using var model = OnnxModel.Load(ModelGraph.Bytes(ModelCatalog.Default.Find("pplcnet-x1.0-embed")), "embed");
        var output = Assert.Single(model.Outputs);
        Assert.Equal(("embedding", "[?,512]"), (output.Name, output.ShapeText));
        using var input = InputTensor.Rent(2, 3, 192, 160);
        SeededTensor.Input([2, 3, 192, 160]).CopyTo(input.Values);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        Assert.Equal(1, TensorPrimitives.Norm(outputs.Floats()[..512]), 1e-5f);
        Assert.Equal(1, TensorPrimitives.Norm(outputs.Floats()[512..]), 1e-5f);
    }

    [Fact]
    public void The_catalogues_classifier_loads_by_name_and_gives_probabilities()
    {
        using var model = OnnxModel.Load(ModelGraph.Bytes(ModelCatalog.Default.Find("pplcnet-x1.0-imagenet")), "imagenet");
        Assert.Equal(("probabilities", "[?,1000]", "Softmax"), (model.Outputs[0].Name, model.Outputs[0].ShapeText, model.OutputOperators[0]));
        using var input = InputTensor.Rent(1, 3, 192, 192);
        SeededTensor.Input([1, 3, 192, 192]).CopyTo(input.Values);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        Assert.Equal(1, TensorPrimitives.Sum(outputs.Floats()), 1e-4f);
    }

    [Theory]
    [InlineData("""{ "kind": "nonsense" }""", "a network of kind pplcnet")]
    [InlineData("""{ "kind": "pplcnet", "head": "tail" }""", "a head among classification, embedding, ml-decoder, none")]
    [InlineData("""{ "kind": "pplcnet", "strides": [2, 2] }""", "five strides")]
    [InlineData("""{ "kind": "pplcnet", "scale": "wide" }""", "the settings of a 'pplcnet' network")]
    [InlineData("""{ "kind": "pplcnet", "colour": 3 }""", "the settings of a 'pplcnet' network")]
    [InlineData("""{ "kind": "pplcnet", "scale": 0.5 }""", "tensors of the network")]
    public void A_manifest_that_does_not_fit_says_what_was_expected(string network, string expected)
    {
        var file = ModelCatalog.Default.Find("pplcnet-x1.0-imagenet");
        var wrong = file with { Manifest = file.Manifest with { Network = JsonElement.Parse(network) } };
        var error = Assert.Throws<ModelFormatException>(() => ModelGraph.Bytes(wrong));
        Assert.Contains(expected, error.Expected);
    }

    [Fact]
    public void Weights_of_another_width_are_one_error_that_lists_tensors()
    {
        var file = ModelCatalog.Default.Find("pplcnet-x1.0-imagenet");
        var narrow = file with { Manifest = file.Manifest with { Network = JsonElement.Parse("""{ "kind": "pplcnet", "scale": 0.5 }""") } };
        var error = Assert.Throws<ModelFormatException>(() => ModelGraph.Bytes(narrow));
        Assert.Contains("misshapen: backbone.conv1.conv.weight [16,3,3,3] instead of [8,3,3,3]", error.Message);
    }
}
