using Google.Protobuf;
using Onnx;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>
/// Rewrites what exporters leave in finished ONNX graphs into forms that ONNX Runtime runs faster, with the same results up
/// to rounding: weights leave the graph's inputs (only then does the runtime treat them as constants), batch norms fold into
/// the convolution before, h-swish and hard-sigmoid that are spelled out become one operator, products and sums with one constant
/// fold into the convolutions around them, and products with a constant vector become products with a matrix.
/// </summary>
internal static class OnnxCleaner
{
    /// <summary>Cleans a model.</summary>
    /// <param name="model">An ONNX file's bytes.</param>
    /// <returns>
    /// The cleaned file; <paramref name="model"/> itself where nothing was to be done or the bytes are not understood, so
    /// that errors are the runtime's to report.
    /// </returns>
    public static byte[] Clean(byte[] model)
    {
        try
        {
            var parsed = ModelProto.Parser.ParseFrom(model);
            return parsed.Graph is not null && Clean(parsed) > 0 ? parsed.ToByteArray() : model;
        }
        catch (Exception e) when (ForeignData.IsFaultOfContent(e))
        {
            return model; // nodes without inputs, tensors without values: the runtime says so in its own words
        }
    }

    /// <summary>Cleans a model in place.</summary>
    /// <returns>Number of changes.</returns>
    public static int Clean(ModelProto model)
    {
        var changes = InputPass.Run(model);
        changes += BatchNormPass.Run(model.Graph);
        changes += HardActivationPass.Run(model.Graph);
        changes += AffinePass.Run(model.Graph);
        changes += VectorProductPass.Run(model);
        return changes;
    }
}
