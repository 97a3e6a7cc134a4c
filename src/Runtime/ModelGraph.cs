using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>The graph of a model file: the file itself, or the network in code that its weights fill.</summary>
internal static class ModelGraph
{
    /// <summary>The bytes of the ONNX model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="kinds">The networks in code that files of weights may fill; those of the suite when null.</param>
    /// <param name="preprocess">Replaces the preprocessing of the manifest.</param>
    /// <param name="plan">What the caller knows of the runs to come.</param>
    /// <exception cref="ModelFormatException">The manifest names no known network, the weights do not fit it, or the file is
    /// missing or corrupt.</exception>
    public static byte[] Bytes(ModelFile file, NetworkKinds? kinds = null, Preprocess? preprocess = null, LoadPlan? plan = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.IsWeights)
        {
            return file.ReadAllBytes();
        }

        var request = Request(file, preprocess, plan ?? LoadPlan.Default);
        var weights = WeightScope.Of(Safetensors.Read(file.ReadAllBytes(), file.Manifest.Name));
        return (kinds ?? NetworkKinds.Default).Build(request, weights).ToBytes();
    }

    private static NetworkRequest Request(ModelFile file, Preprocess? preprocess, LoadPlan plan)
    {
        var manifest = file.Manifest;
        if (manifest.Network is not { ValueKind: JsonValueKind.Object } network)
        {
            throw new ModelFormatException(manifest.Name, "a 'network' in the manifest of a file of weights", "none");
        }

        return new NetworkRequest(manifest.Name, network)
        {
            Labels = file.ReadLabels(),
            Size = (preprocess ?? manifest.Preprocess)?.Size.TensorSize,
            OneImage = plan is { OneImage: true, OneSize: true },
            Outputs = plan.Outputs,
        };
    }
}
