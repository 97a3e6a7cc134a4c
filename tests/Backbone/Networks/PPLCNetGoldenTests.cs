using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

public class PPLCNetGoldenTests
{
    private static readonly IReadOnlyList<Hw> _textLine = [2, (2, 1), (2, 1), (2, 1), (2, 1)];

    [Theory]
    [InlineData("pplcnet_x0_25", 0.25)]
    [InlineData("pplcnet_x0_35", 0.35)]
    [InlineData("pplcnet_x0_5", 0.5)]
    [InlineData("pplcnet_x0_75", 0.75)]
    [InlineData("pplcnet_x1_0", 1.0)]
    [InlineData("pplcnet_x1_5", 1.5)]
    [InlineData("pplcnet_x2_0", 2.0)]
    [InlineData("pplcnet_x2_5", 2.5)]
    public void Every_scale_matches_the_official_network(string name, double scale) =>
        Check(name, new PPLCNetSpec { Scale = scale }, new ClassifierSpec());

    [Theory]
    [InlineData("pplcnet_x0_25_textline", 0.25)]
    [InlineData("pplcnet_x1_0_textline", 1.0)]
    public void Strides_may_differ_by_direction(string name, double scale) =>
        Check(name, new PPLCNetSpec { Scale = scale, Strides = _textLine }, new ClassifierSpec { Classes = 2 });

    [Theory]
    [InlineData("pplcnet_x1_0_relu", Activation.Relu)]
    [InlineData("pplcnet_x1_0_relu6", Activation.Relu6)]
    public void Other_activations_match(string name, Activation activation) =>
        Check(name, new PPLCNetSpec { Activation = activation }, new ClassifierSpec { Activation = activation });

    [Fact]
    public void Without_last_conv_the_pool_feeds_the_classifier_and_nothing_is_scaled() =>
        Check("pplcnet_x1_0_no_last_conv", new PPLCNetSpec(), new ClassifierSpec { LastConv = false });

    [Fact]
    public void A_static_input_gives_the_same_network() =>
        GoldenRun.Check("pplcnet_x0_5", (g, x, w) => Build(g, x, w, new PPLCNetSpec { Scale = 0.5 }, new ClassifierSpec()), any: false);

    private static void Check(string name, PPLCNetSpec spec, ClassifierSpec head) =>
        GoldenRun.Check(name, (graph, x, weights) => Build(graph, x, weights, spec, head));

    private static void Build(GraphBuilder graph, GraphTensor x, WeightScope weights, PPLCNetSpec spec, ClassifierSpec head)
    {
        var features = graph.PPLCNet(x, weights, spec);
        graph.Output(features.Stride4, "blocks3");
        graph.Output(features.Stride8, "blocks4");
        graph.Output(features.Stride16, "blocks5");
        graph.Output(features.Stride32, "blocks6");
        graph.Output(graph.GlobalAveragePool(features.Stride32), "pool");
        graph.Output(graph.Classifier(features.Stride32, weights, head), "logits");
    }
}
