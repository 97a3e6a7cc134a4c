using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.Baselines;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

public class BaselineGoldenTests
{
    [Fact]
    public void MobileNetV1_matches_the_official_network() =>
        GoldenRun.Check("mobilenetv1_x1_0", (g, x, w) => Outputs(g, w, MobileNetV1.AddTo(g, x, w), "blocks_last", MobileNetV1.Head));

    [Fact]
    public void MobileNetV2_matches_the_official_network() =>
        GoldenRun.Check("mobilenetv2_x1_0", (g, x, w) => Outputs(g, w, MobileNetV2.AddTo(g, x, w), "conv9", MobileNetV2.Head));

    [Fact]
    public void ShuffleNetV2_matches_the_official_network() =>
        GoldenRun.Check("shufflenetv2_x1_0", (g, x, w) => Outputs(g, w, ShuffleNetV2.AddTo(g, x, w), "last_conv", ShuffleNetV2.Head));

    [Fact]
    public void ResNet50_vd_matches_the_official_network() =>
        GoldenRun.Check("resnet50_vd", (g, x, w) => Outputs(g, w, ResNetVd.AddTo(g, x, w), "blocks_last", ResNetVd.Head));

    [Theory]
    [InlineData("mobilenetv3_large_x0_35", 0.35)]
    [InlineData("mobilenetv3_large_x0_5", 0.5)]
    [InlineData("mobilenetv3_large_x0_75", 0.75)]
    [InlineData("mobilenetv3_large_x1_0", 1.0)]
    [InlineData("mobilenetv3_small_x1_0", 1.0)]
    public void MobileNetV3_matches_the_official_network(string name, double scale) => GoldenRun.Check(name, (graph, x, weights) =>
    {
        var network = name.Contains("small", StringComparison.Ordinal) ? MobileNetV3.Small : MobileNetV3.Large;
        var features = network.AddTo(graph, x, weights, scale).Stride32;
        var last = network.LastConv(graph, features, weights, scale);
        graph.Output(features, "blocks_last");
        graph.Output(graph.GlobalAveragePool(last), "pool");
        graph.Output(graph.Classifier(last, weights, MobileNetV3.Head), "logits");
    });

    private static void Outputs(GraphBuilder graph, WeightScope weights, FeatureMaps features, string last, ClassifierSpec head)
    {
        graph.Output(features.Stride32, last);
        graph.Output(graph.Classifier(features.Stride32, weights, head), "logits");
    }
}
