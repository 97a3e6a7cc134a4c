using Google.Protobuf;
using Onnx;
using PPLCNet.Vision.Backbone.Models;

namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>
/// Repairs what converters leave in ONNX files and what keeps ONNX Runtime from optimising them: weights listed among the inputs (not
/// constant then, so batch norms do not fold into convolutions), and hard-swish written as Add, Clip, Mul, Div. Changes no result by
/// more than rounding. Stateless and thread-safe.
/// </summary>
public static class GraphCleaner
{
    // Since this version of the format, initialisers need not be inputs.
    private const long FirstVersionWithFreeInitializers = 4;

    /// <summary>Cleans a model; one with nothing to clean comes back as it was.</summary>
    /// <param name="onnx">The ONNX file's bytes.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ModelFormatException">The bytes are no ONNX model.</exception>
    public static byte[] Clean(byte[] onnx, string name)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(onnx);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelFormatException(name, "an ONNX model", e.Message, e);
        }

        if (model.Graph is null)
        {
            throw new ModelFormatException(name, "an ONNX model with a graph", "none");
        }

        var freed = FreeInitializers(model);
        return freed | HardSwishFusion.Apply(model.Graph) ? model.ToByteArray() : onnx;
    }

    private static bool FreeInitializers(ModelProto model)
    {
        var weights = model.Graph.Initializer.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var kept = model.Graph.Input.Where(i => !weights.Contains(i.Name)).ToList();
        if (kept.Count == model.Graph.Input.Count)
        {
            return false;
        }

        model.Graph.Input.Clear();
        model.Graph.Input.AddRange(kept);
        model.IrVersion = Math.Max(model.IrVersion, FirstVersionWithFreeInitializers);
        return true;
    }
}
