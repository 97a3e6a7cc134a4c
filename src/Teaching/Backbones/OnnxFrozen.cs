using Google.Protobuf;
using Onnx;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Backbones;

/// <summary>A finished graph whose vector output is the features; a head is written as further operators of the graph.</summary>
internal sealed class OnnxFrozen : FrozenBackbone
{
    private const int FirstOperatorSet = 11; // TopK has its present form from there on

    private readonly byte[] _graph;
    private readonly string _vector;

    private OnnxFrozen(byte[] graph, string vector) => (_graph, _vector) = (graph, vector);

    /// <inheritdoc/>
    public override string FeatureNames => _vector;

    /// <inheritdoc/>
    public override string Extension => ".onnx";

    /// <summary>Loads a graph with an image as its only input.</summary>
    /// <exception cref="ModelFormatException">The graph has several inputs, or no single vector as output.</exception>
    public static OnnxFrozen Open(ModelFile file, Preprocess preprocess, ModelOptions options)
    {
        var name = file.Manifest.Name;
        var bytes = file.ReadAllBytes();
        var model = OnnxModel.Load(bytes, name, options.Runtime);
        try
        {
            var binding = new HeadBinding
            {
                Model = name, Manifest = file.Manifest, Outputs = model.Outputs, Operators = model.OutputOperators, Preprocess = preprocess,
            };
            if (model.Inputs.Count != 1)
            {
                throw new ModelFormatException(name, "a graph with an image as its only input", string.Join(", ", model.Inputs.Select(i => i.Name)));
            }

            var vector = VectorOutput.Choose(binding, VectorSettings.Of(file.Manifest).Features);
            if (model.Outputs[vector.Index].Shape.Count != 2)
            {
                throw binding.Mismatch("an output [N,D] as features");
            }

            return new OnnxFrozen(bytes, model.Outputs[vector.Index].Name)
            {
                File = file,
                Preprocess = preprocess,
                Features = new FeatureModel(model, vector.Index, preprocess),
                Fingerprint = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..16],
            };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(Stream stream, LinearHead head, ModelManifest manifest)
    {
        var model = ModelProto.Parser.ParseFrom(_graph);
        var version = model.OpsetImport.Where(o => o.Domain.Length == 0).Select(o => o.Version).DefaultIfEmpty(0).Max();
        if (version < FirstOperatorSet)
        {
            throw new ModelFormatException(File.Manifest.Name, $"a graph of operator set {FirstOperatorSet} or later", $"{version}");
        }

        var layers = new GraphBuilder("probe");
        var weights = WeightScope.Of(new WeightSet(manifest.Name, head.Tensors("")));
        LinearProbeNetworkHead.AddLayers(
            layers, layers.Input("features", -1, head.Center.Length), weights, head.Labels.Count, head.IsMultiLabel ? Activation.Sigmoid : null, Output);
        Append(model.Graph, layers.ToModel().Graph);
        var settings = OutputSettings(LinearProbeNetworkHead.NoveltySuffix);
        stream.Write(OnnxFile.WithManifest(model.ToByteArray(), manifest with { Settings = settings }));
    }

    /// <summary>Puts the head behind the vector; names of the head's inside cannot meet those of the graph.</summary>
    private void Append(GraphProto graph, GraphProto head)
    {
        var outputs = head.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        if (graph.Node.SelectMany(n => n.Output).FirstOrDefault(outputs.Contains) is { } taken)
        {
            throw new ModelFormatException(File.Manifest.Name, $"a graph without a tensor '{taken}' of its own", "one");
        }

        string Name(string name) => name == "features" ? _vector : name.Length == 0 || outputs.Contains(name) ? name : $"pplcnet-probe/{name}";
        foreach (var node in head.Node)
        {
            var copy = node.Clone();
            copy.Name = Name(node.Name);
            copy.Input.Clear();
            copy.Input.AddRange(node.Input.Select(Name));
            copy.Output.Clear();
            copy.Output.AddRange(node.Output.Select(Name));
            graph.Node.Add(copy);
        }

        foreach (var initializer in head.Initializer)
        {
            var copy = initializer.Clone();
            copy.Name = Name(initializer.Name);
            graph.Initializer.Add(copy);
        }

        graph.Output.Clear();
        graph.Output.AddRange(head.Output);
    }
}
