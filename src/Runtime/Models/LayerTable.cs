using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>Layers, parameters and multiply-adds of a network.</summary>
/// <param name="Name">Name or path as given.</param>
/// <param name="Input">Shape that the sizes are for.</param>
/// <param name="Layers">Layers with weights.</param>
/// <param name="Parameters">Trainable elements; of a finished file, all stored floats.</param>
/// <param name="Statistics">Batch-norm statistics; null where the file does not tell them from the rest.</param>
internal sealed record LayerTable(string Name, string Input, IReadOnlyList<LayerInfo> Layers, long Parameters, long? Statistics)
{
    private static readonly Hw _imageNet = 224;

    /// <summary>Multiply-adds for one image.</summary>
    public long Macs => Layers.Sum(l => l.Macs ?? 0);

    /// <summary>Reads a network in code, a named model or an ONNX file.</summary>
    /// <param name="name">Its name or path.</param>
    /// <param name="size">Input size where it is not fixed; null takes the manifest's, else 224x224.</param>
    public static LayerTable Read(string name, Hw? size = null)
    {
        var (height, width) = size ?? _imageNet;
        var weights = WeightScope.Random();
        if (NamedNetworks.Build(name, weights, new NetworkInput(height, width, 1)) is { } graph)
        {
            return new LayerTable(name, $"1x3x{height}x{width}", graph.Layers, weights.Parameters, weights.Statistics);
        }

        var (bytes, wanted) = Load(name);
        var actual = size ?? wanted ?? _imageNet;
        var stored = OnnxWeights.Read(bytes, name).Tensors.Values.Sum(t => (long)t.Values.Length);
        return new LayerTable(name, $"1x3x{actual.H}x{actual.W} where it is open", OnnxLayers.Read(bytes, name, actual), stored, null);
    }

    private static (byte[] Bytes, Hw? Size) Load(string name)
    {
        // A file needs no manifest to be counted.
        if (File.Exists(name) && name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return (InputFile.ReadAllBytes(name), null);
        }

        var file = ModelCatalog.Default.Find(name);
        var size = file.Manifest.Preprocess?.Size.TensorSize;
        return (ModelGraph.Bytes(file), size is var (width, height) ? new Hw(height, width) : null);
    }
}
