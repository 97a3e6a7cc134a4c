using Onnx;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>
/// Writes a matrix product with a constant vector, <c>[..., K] x [K]</c>, as one with a matrix <c>[K, 1]</c> and drops the last
/// dimension afterwards. ONNX Runtime runs the first form (PicoDet's expectation over distances) without its fast kernel.
/// </summary>
internal static class VectorProductPass
{
    // Since opset 11 Squeeze takes negative axes; from 13 on they are an input.
    private const int FirstOpset = 11;
    private const int AxesAsInput = 13;

    public static int Run(ModelProto model)
    {
        var opset = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0;
        if (opset < FirstOpset)
        {
            return 0;
        }

        var (graph, changes) = (model.Graph, 0);
        var index = new GraphIndex(graph);
        foreach (var product in graph.Node.Where(n => n.OpType == "MatMul" && n.Domain.Length == 0 && n.Input.Count == 2).ToList())
        {
            if (index.Floats(product.Input[1], out var shape) is not { Length: > 0 } vector || shape.Count != 1)
            {
                continue;
            }

            var name = product.Output[0];
            product.Input[1] = ConvWeights.Add(graph, $"{name}/column", [vector.Length, 1], vector);
            product.Output[0] = $"{name}/product";
            var squeeze = new NodeProto { OpType = "Squeeze", Name = $"{name}/squeeze", Input = { product.Output[0] }, Output = { name } };
            if (opset < AxesAsInput)
            {
                squeeze.Attribute.Add(GraphAttribute.Of("axes", [-1L]));
            }
            else
            {
                var axes = new TensorProto { Name = $"{name}/axes", DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { -1L }, Dims = { 1L } };
                graph.Initializer.Add(axes);
                squeeze.Input.Add(axes.Name);
            }

            graph.Node.Insert(graph.Node.IndexOf(product) + 1, squeeze);
            changes++;
        }

        return changes;
    }
}
