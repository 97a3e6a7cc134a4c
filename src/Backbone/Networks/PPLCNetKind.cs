using System.Text.Json;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// Kind <c>pplcnet</c>: <c>scale</c>; <c>strides</c> (five, each a number or [vertical, horizontal]); <c>activation</c>; <c>head</c>, which is
/// <c>classification</c> (<c>classes</c>, <c>lastConv</c>, <c>expand</c>, <c>dropoutFactor</c>, <c>softmax</c>: true unless said),
/// <c>embedding</c> (<c>dimensions</c>) or <c>none</c>; <c>ignore</c>: names of weights in the file that are not this network's.
/// </summary>
public sealed class PPLCNetKind : INetworkKind
{
    /// <inheritdoc/>
    public string Kind => "pplcnet";

    /// <inheritdoc/>
    public byte[] Build(ModelManifest manifest, JsonElement network, WeightScope weights)
    {
        var settings = Read(manifest, network);
        var spec = settings.ToSpec(manifest.Name);
        weights.IgnoreListed(network, manifest.Name);
        var graph = settings.Head switch
        {
            "classification" => PPLCNetModel.Classifier(spec, settings.ToClassifier(spec), weights),
            "embedding" => PPLCNetModel.Embedder(spec, settings.Dimensions, weights),
            "none" => PPLCNetModel.Features(spec, weights),
            _ => throw new ModelFormatException(manifest.Name, "a head among classification, embedding, none", $"'{settings.Head}'"),
        };
        return graph.ToBytes();
    }

    private static PPLCNetSettings Read(ModelManifest manifest, JsonElement network)
    {
        try
        {
            return network.Deserialize(NetworkJson.Default.PPLCNetSettings)!;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(manifest.Name, "the settings of a 'pplcnet' network", e.Message, e);
        }
    }
}
