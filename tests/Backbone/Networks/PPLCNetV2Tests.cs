using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.PPLCNetV2;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

public class PPLCNetV2Tests
{
    // Elements of the merged slots (dw_conv.weight and .bias of the blocks with branches), which the training form does not use.
    private const long MergedSlots = 113_152;

    [Fact]
    public void The_merged_base_network_matches_the_official_training_form() => GoldenRun.Check(
        "pplcnetv2_base",
        (graph, x, weights) =>
        {
            var features = AddStages(graph, x, weights, PPLCNetV2Spec.Base);
            graph.Output(graph.Classifier(features.Stride32, weights, new ClassifierSpec { Activation = Activation.Relu }), "logits");
        },
        unused: MergedSlots);

    [Fact]
    public void The_embedding_network_of_ShiTu_matches() => GoldenRun.Check(
        "pplcnetv2_base_shitu",
        (graph, x, weights) =>
        {
            var backbone = weights.Sub("backbone");
            var features = AddStages(graph, x, backbone, PPLCNetV2Spec.ShiTu);
            var vector = graph.ShiTuVector(features.Stride32, backbone, 512);
            graph.Output(vector, "backbone_flatten");
            graph.Output(graph.ScaleShift(vector, weights.Sub("neck.feat_bn")), "feature");
        },
        unused: MergedSlots);

    [Theory]
    [InlineData(0.75, 4, 4_128_552, 4_092_840, 280.3)]
    [InlineData(1.0, 6, 6_687_208, 6_624_232, 593.9)]
    [InlineData(1.25, 8, 10_542_120, 10_444_200, 1082.1)]
    public void Parameters_and_multiply_adds_equal_the_published_ones(
        double scale, int depth, long training, long merged, double millionMacs)
    {
        var spec = new[] { PPLCNetV2Spec.Small, PPLCNetV2Spec.Base, PPLCNetV2Spec.Large }.Single(s => s.Scale == scale);
        Assert.Equal(depth, spec.Depths[2]);
        var weights = WeightScope.Random();
        var graph = PPLCNetV2Model.Classifier(spec, new ClassifierSpec(), weights, new NetworkInput(224, 224, 1));
        Assert.Equal(training, weights.Parameters);
        Assert.Equal(merged, graph.Layers.Sum(l => l.Parameters));
        Assert.Equal(millionMacs, Math.Round(graph.Macs!.Value / 1e6, 1));
    }

    [Fact]
    public void Merged_weights_load_as_they_are()
    {
        var golden = GoldenVector.Load("lcnet", "pplcnetv2_base");
        var set = GoldenRun.WeightsOf(golden, "merged").Rename(k => k.Contains("dw_conv_list", StringComparison.Ordinal) ? null : k);
        var graph = PPLCNetV2Model.Classifier(PPLCNetV2Spec.Base, new ClassifierSpec(), WeightScope.Of(set));
        Assert.Equal(6_624_232, graph.Layers.Sum(l => l.Parameters));
    }

    private static FeatureMaps AddStages(GraphBuilder graph, GraphTensor x, WeightScope weights, PPLCNetV2Spec spec)
    {
        var features = graph.PPLCNetV2(x, weights, spec);
        for (var i = 0; i < 4; i++)
        {
            graph.Output(features.All[i], $"stages{i}");
        }

        graph.Output(graph.GlobalAveragePool(features.Stride32), "pool");
        return features;
    }
}
