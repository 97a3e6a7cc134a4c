using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PPLCNetV2;

/// <summary>PP-LCNetV2 as a whole model in one call.</summary>
internal static class PPLCNetV2Model
{
    /// <summary>
    /// Builds backbone and classifier (ReLU after the 1x1 convolution); the output is <c>logits</c> or <c>probabilities</c>.
    /// </summary>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Classifier(PPLCNetV2Spec spec, ClassifierSpec head, WeightScope weights, NetworkInput? input = null)
    {
        var graph = new GraphBuilder("pplcnetv2");
        var features = graph.PPLCNetV2((input ?? NetworkInput.Any).AddTo(graph), weights, spec);
        var scores = graph.Classifier(features.Stride32, weights, head with { Activation = Activation.Relu });
        graph.Output(scores, head.Softmax ? "probabilities" : "logits");
        weights.ThrowIfUnfit();
        return graph;
    }

    /// <summary>
    /// Builds the embedding network of PP-ShiTuV2 from names <c>backbone.*</c> and <c>neck.feat_bn.*</c>; the output is
    /// <c>embedding</c>
    /// [N, dimensions], of length 1.
    /// </summary>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder ShiTu(WeightScope weights, int dimensions = 512, NetworkInput? input = null)
    {
        var graph = new GraphBuilder("pplcnetv2_shitu");
        var backbone = weights.Sub("backbone");
        var features = graph.PPLCNetV2((input ?? NetworkInput.Any).AddTo(graph), backbone, PPLCNetV2Spec.ShiTu);
        var vector = graph.ShiTuVector(features.Stride32, backbone, dimensions);
        graph.Output(graph.L2Normalize(graph.ScaleShift(vector, weights.Sub("neck.feat_bn"))), "embedding");
        weights.ThrowIfUnfit();
        return graph;
    }

    /// <summary>
    /// The end of PP-ShiTuV2's backbone: global average, <c>last_conv</c> with bias and without activation, Paddle's
    /// inference dropout factor (folded), flat. The batch norm <c>neck.feat_bn</c> follows.
    /// </summary>
    public static GraphTensor ShiTuVector(this GraphBuilder graph, GraphTensor features, WeightScope backbone, int dimensions)
    {
        var conv = backbone.Sub("last_conv");
        var weights = new FoldedConv(conv.Take("weight", dimensions, features.Channels, 1, 1), conv.Take("bias", dimensions));
        var scaled = weights.Scale(ClassifierSpec.DefaultDropoutFactor);
        return graph.Flatten(graph.Conv(graph.GlobalAveragePool(features), conv.Prefix, scaled, new ConvSpec(dimensions, 1)));
    }
}
