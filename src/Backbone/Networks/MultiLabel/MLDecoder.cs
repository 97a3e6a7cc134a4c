using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.MultiLabel;

/// <summary>
/// ML-Decoder (arXiv 2111.12933) as PaddleClas has it: one learnt query a label looks at every cell of the map, through one
/// transformer decoder layer without self-attention, and answers with one logit.
/// </summary>
internal static class MLDecoder
{
    private const int Width = 768;
    private const int Heads = 8;
    private const int HeadWidth = Width / Heads;
    private const int Hidden = 2048;
    private const float Epsilon = 1e-5f;

    /// <summary>Adds the head.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">[N, C, H, W].</param>
    /// <param name="weights">Where <c>input_proj</c>, <c>query_pos_embed</c>, <c>decoder</c> and <c>group_conv</c> lie.</param>
    /// <param name="classes">Labels.</param>
    /// <returns>Logits [N, classes].</returns>
    public static GraphTensor AddMLDecoder(this GraphBuilder graph, GraphTensor features, WeightScope weights, int classes)
    {
        var cells = graph.Conv(features, weights.Sub("input_proj"), new ConvSpec(Width, 1) { Bias = true }, null, Activation.Relu);
        cells = graph.Transpose(graph.Reshape(cells, 0, Width, -1), 0, 2, 1);
        var layer = weights.Sub("decoder.layers.0");

        // Without self-attention the first sum is twice the queries, the same for every image.
        var queries = graph.Constant(weights.Sub("query_pos_embed"), "weight", classes, Width);
        queries = graph.Reshape(queries, 1, classes, Width);
        var first = Norm(graph, graph.Add(queries, queries), layer.Sub("norm1"));
        var second = Norm(graph, graph.Add(first, Attend(graph, first, cells, layer.Sub("cross_attn"), classes)), layer.Sub("norm2"));
        var hidden = graph.Linear(second, layer.Sub("linear1"), Hidden, activation: Activation.Relu);
        var third = Norm(graph, graph.Add(second, graph.Linear(hidden, layer.Sub("linear2"), Width)), layer.Sub("norm3"));
        return Answer(graph, third, weights.Sub("group_conv"), classes);
    }

    private static GraphTensor Attend(GraphBuilder graph, GraphTensor queries, GraphTensor cells, WeightScope attention, int classes)
    {
        var query = graph.Mul(graph.Linear(queries, attention.Sub("q_proj"), Width), graph.Constant(1 / MathF.Sqrt(HeadWidth)));
        query = graph.Transpose(graph.Reshape(query, 1, classes, Heads, HeadWidth), 0, 2, 1, 3);
        var key = Split(graph, graph.Linear(cells, attention.Sub("k_proj"), Width));
        var value = Split(graph, graph.Linear(cells, attention.Sub("v_proj"), Width));
        var looks = graph.Softmax(graph.MatMul(query, graph.Transpose(key, 0, 1, 3, 2)));
        var seen = graph.Transpose(graph.MatMul(looks, value), 0, 2, 1, 3);
        return graph.Linear(graph.Reshape(seen, 0, classes, Width), attention.Sub("out_proj"), Width);
    }

    /// <summary>[N, cells, width] to [N, heads, cells, width of a head].</summary>
    private static GraphTensor Split(GraphBuilder graph, GraphTensor x) =>
        graph.Transpose(graph.Reshape(x, 0, -1, Heads, HeadWidth), 0, 2, 1, 3);

    /// <summary>A 1x1 convolution in as many groups as labels: one dot product each.</summary>
    private static GraphTensor Answer(GraphBuilder graph, GraphTensor x, WeightScope layer, int classes)
    {
        var weight = layer.Take("weight", classes, Width, 1, 1).Values;
        var product = graph.Mul(x, graph.Constant($"{layer.Prefix}.weight", [1, classes, Width], weight));
        var sum = graph.Node("ReduceSum", [product, graph.Constant([2L])], [x.Shape[0], classes], GraphAttribute.Of("keepdims", 0L));
        return graph.Add(sum, graph.Constant(layer, "bias", classes));
    }

    private static GraphTensor Norm(GraphBuilder graph, GraphTensor x, WeightScope norm) => graph.Node(
        "LayerNormalization",
        [x, graph.Constant(norm, "weight", Width), graph.Constant(norm, "bias", Width)],
        x.Shape,
        GraphAttribute.Of("axis", -1L),
        GraphAttribute.Of("epsilon", Epsilon));
}
