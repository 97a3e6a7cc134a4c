using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>Writes PP-LCNet v1 into a graph.</summary>
public static class PPLCNetBackbone
{
    /// <summary>
    /// Adds stem and blocks; no head. Weight names are PaddleClas's (<c>conv1.conv.weight</c>,
    /// <c>blocks3.0.dw_conv.bn._mean</c>, ...).
    /// </summary>
    /// <param name="graph">The graph, which may hold other networks and heads.</param>
    /// <param name="image">[N, 3, H, W].</param>
    /// <param name="weights">Where <c>conv1</c> and <c>blocks2</c> .. <c>blocks6</c> lie.</param>
    /// <param name="spec">Width and switches.</param>
    /// <returns>The outputs of stages 3, 4, 5 and 6.</returns>
    public static FeatureMaps PPLCNet(this GraphBuilder graph, GraphTensor image, WeightScope weights, PPLCNetSpec spec)
    {
        var stem = new ConvSpec(spec.StemChannels, 3) { Stride = spec.Strides[0] };
        var x = graph.ConvNorm(image, weights.Sub("conv1"), stem, spec.Activation);
        var stages = new Dictionary<string, GraphTensor>();
        foreach (var block in spec.Blocks)
        {
            x = graph.DepthwiseSeparable(
                x, weights.Sub(block.Name), block.Out, block.Kernel, block.Stride, spec.Activation, block.Squeeze, block.Dilation);
            stages[block.Name.Split('.')[0]] = x;
        }

        return new FeatureMaps(stages["blocks3"], stages["blocks4"], stages["blocks5"], stages["blocks6"]);
    }
}
