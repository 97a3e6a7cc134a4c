using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Backbones;

/// <summary>A PP-LCNet in code: its last two stages are the features, and weights are what is written.</summary>
internal sealed class PPLCNetFrozen : FrozenBackbone
{
    private const string HeadPrefix = "probe.";

    private readonly double _scale;
    private readonly int _dimensions;
    private readonly IReadOnlyList<string> _features;
    private readonly Dictionary<string, WeightTensor> _tensors;

    private PPLCNetFrozen(double scale, IReadOnlyList<string> features, int dimensions, Dictionary<string, WeightTensor> tensors) =>
        (_scale, _features, _dimensions, _tensors) = (scale, features, dimensions, tensors);

    /// <inheritdoc/>
    public override string FeatureNames => string.Join('+', _features);

    /// <inheritdoc/>
    public override string Extension => ".safetensors";

    /// <summary>Loads weights of kind <c>pplcnet</c> or <c>pplcnet-heads</c>.</summary>
    /// <exception cref="ModelFormatException">The network is another one, or the weights do not fit.</exception>
    public static PPLCNetFrozen Open(ModelFile file, Preprocess preprocess, ModelOptions options, bool vectorOnly)
    {
        var name = file.Manifest.Name;
        var network = file.Manifest.Network ?? default;
        var scale = ScaleOf(name, network);
        string[] features = vectorOnly ? [ProbeFeatures.Embedding] : [ProbeFeatures.Stage5, ProbeFeatures.Stage6];
        var set = Safetensors.Read(file.ReadAllBytes(), name);
        var weights = WeightScope.Of(set);
        var scope = PPLCNetModel.BackboneOf(weights);
        var graph = new GraphBuilder("features");
        var input = preprocess.Size.TensorSize is var (width, height) ? new NetworkInput(height, width, 1) : NetworkInput.Any;
        var maps = graph.PPLCNet(input.AddTo(graph), scope, new PPLCNetSpec { Scale = scale });
        var dimensions = vectorOnly && set.TryGet("embedding.bias", out var bias) ? bias.Values.Length : 0;
        graph.Output(graph.AddProbeFeatures(maps, weights, features, dimensions, name), "features");
        var taken = weights.Taken.Select(t => t.Key).ToList();
        var others = set.Tensors.Keys.Except(taken).ToList();
        others.ForEach(weights.Ignore);
        weights.ThrowIfUnfit();

        var start = scope.Prefix.Length == 0 ? 0 : scope.Prefix.Length + 1;
        var tensors = taken.ToDictionary(
            t => t.StartsWith("embedding.", StringComparison.Ordinal) ? HeadPrefix + t : $"backbone.{t[start..]}", t => set.Tensors[t]);
        return new PPLCNetFrozen(scale, features, dimensions, tensors)
        {
            File = file,
            Preprocess = preprocess,
            Features = new FeatureModel(OnnxModel.Load(graph.ToBytes(), name, options.Runtime with { FixedShape = true }), 0, preprocess),
            Fingerprint = Hash(tensors),
        };
    }

    /// <inheritdoc/>
    public override void Write(Stream stream, LinearHead head, ModelManifest manifest)
    {
        var weights = new WeightSet(manifest.Name, [.. _tensors, .. head.Tensors(HeadPrefix)]);
        WeightsFile.Write(stream, weights, manifest with { Network = Network(head), Settings = OutputSettings(LinearProbeNetworkHead.NoveltySuffix) });
    }

    private JsonElement Network(LinearHead head) => JsonOutput.Object(json =>
    {
        json.WriteString("kind", "pplcnet-heads");
        json.WriteNumber("scale", _scale);
        json.WriteStartObject("heads");
        json.WriteStartObject(Output);
        json.WriteString("kind", LinearProbeNetworkHead.Name);
        json.WriteString("prefix", HeadPrefix.TrimEnd('.'));
        json.WriteNumber("classes", head.Labels.Count);
        json.WriteStartArray("features");
        foreach (var feature in _features)
        {
            json.WriteStringValue(feature);
        }

        json.WriteEndArray();
        if (_dimensions > 0)
        {
            json.WriteNumber("dimensions", _dimensions);
        }

        json.WriteString("activation", head.IsMultiLabel ? "sigmoid" : "softmax");
        json.WriteString("backbone", Fingerprint);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static double ScaleOf(string model, JsonElement network)
    {
        var kind = network.ValueKind == JsonValueKind.Object && network.TryGetProperty("kind", out var value) ? value.ToString() : "none";
        if (kind is not ("pplcnet" or "pplcnet-heads"))
        {
            throw new ModelFormatException(model, "a network of kind 'pplcnet' or 'pplcnet-heads' as backbone", $"'{kind}'");
        }

        if (network.TryGetProperty("strides", out _) || network.TryGetProperty("activation", out _))
        {
            throw new ModelFormatException(model, "a PP-LCNet with the strides and the activation of the paper as backbone", "others");
        }

        return network.TryGetProperty("scale", out var scale) && scale.TryGetDouble(out var number) ? number : 1;
    }
}
