using System.Globalization;
using System.Text.RegularExpressions;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.Baselines;
using PPLCNet.Vision.Backbone.Networks.PPLCNetV2;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>The ImageNet classifiers in code by name, such as <c>pplcnet-x1.0</c>: for layer tables, counts and timing.</summary>
internal static partial class NamedNetworks
{
    /// <summary>Names with their official widths; PP-LCNet and the MobileNets take any other width too.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. PPLCNetSpec.Scales.Select(s => $"pplcnet-x{s.ToString("0.0#", CultureInfo.InvariantCulture)}"),
        "pplcnetv2-small", "pplcnetv2-base", "pplcnetv2-large",
        "mobilenetv1-x1.0", "mobilenetv2-x1.0", "mobilenetv3-large-x0.35", "mobilenetv3-large-x1.0", "mobilenetv3-small-x1.0",
        "shufflenetv2-x1.0", "resnet50-vd",
    ];

    /// <summary>Builds a network with its ImageNet head; the output is <c>logits</c>.</summary>
    /// <param name="name">Name, case ignored.</param>
    /// <param name="weights">Weights, or <see cref="WeightScope.Random"/>.</param>
    /// <param name="input">Input size.</param>
    /// <returns>The builder; null where the name is none of a network in code.</returns>
    public static GraphBuilder? Build(string name, WeightScope weights, NetworkInput input)
    {
        var match = Pattern().Match(name);
        if (!match.Success)
        {
            return null;
        }

        var scale = match.Groups["scale"].Success ? double.Parse(match.Groups["scale"].Value, CultureInfo.InvariantCulture) : 1;
        return match.Groups["family"].Value.ToLowerInvariant() switch
        {
            "pplcnet" => PPLCNetModel.Classifier(new PPLCNetSpec { Scale = scale }, new ClassifierSpec(), weights, input),
            "pplcnetv2-small" => PPLCNetV2Model.Classifier(PPLCNetV2Spec.Small, new ClassifierSpec(), weights, input),
            "pplcnetv2-base" => PPLCNetV2Model.Classifier(PPLCNetV2Spec.Base, new ClassifierSpec(), weights, input),
            "pplcnetv2-large" => PPLCNetV2Model.Classifier(PPLCNetV2Spec.Large, new ClassifierSpec(), weights, input),
            "mobilenetv1" => Add(weights, input, MobileNetV1.Head, (g, x) => MobileNetV1.AddTo(g, x, weights, scale).Stride32),
            "mobilenetv2" => Add(weights, input, MobileNetV2.Head, (g, x) => MobileNetV2.AddTo(g, x, weights, scale).Stride32),
            "mobilenetv3-large" => Add(weights, input, MobileNetV3.Head, (g, x) => AddV3(MobileNetV3.Large, g, x, weights, scale)),
            "mobilenetv3-small" => Add(weights, input, MobileNetV3.Head, (g, x) => AddV3(MobileNetV3.Small, g, x, weights, scale)),
            "shufflenetv2" => Add(weights, input, ShuffleNetV2.Head, (g, x) => ShuffleNetV2.AddTo(g, x, weights, scale).Stride32),
            _ => Add(weights, input, ResNetVd.Head, (g, x) => ResNetVd.AddTo(g, x, weights).Stride32),
        };
    }

    private static GraphTensor AddV3(MobileNetV3 network, GraphBuilder graph, GraphTensor x, WeightScope weights, double scale) =>
        network.LastConv(graph, network.AddTo(graph, x, weights, scale).Stride32, weights, scale);

    private static GraphBuilder Add(
        WeightScope weights, NetworkInput input, ClassifierSpec head, Func<GraphBuilder, GraphTensor, GraphTensor> body)
    {
        var graph = new GraphBuilder("classifier");
        var features = body(graph, input.AddTo(graph));
        graph.Output(graph.Classifier(features, weights, head), "logits");
        weights.ThrowIfUnfit();
        return graph;
    }

    [GeneratedRegex(
        @"^((?<family>pplcnet|mobilenetv1|mobilenetv2|mobilenetv3-(large|small)|shufflenetv2)-x(?<scale>\d{1,2}(\.\d{1,3})?)|(?<family>pplcnetv2-(small|base|large)|resnet50-vd))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
