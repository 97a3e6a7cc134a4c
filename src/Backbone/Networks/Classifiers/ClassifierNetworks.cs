using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.Baselines;
using PPLCNet.Vision.Backbone.Networks.PPLCNetV2;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Classifiers;

/// <summary>The published ImageNet classifiers that PP-LCNet is compared with, and PP-LCNetV2.</summary>
internal static class ClassifierNetworks
{
    /// <summary>One network a row.</summary>
    public static IReadOnlyList<ClassifierNetwork> All { get; } =
    [
        new("pplcnetv2", ["small", "base", "large"], false, new() { Activation = Activation.Relu }, PPLCNetV2),
        new("mobilenetv1", [""], true, MobileNetV1.Head, (g, x, w, s) => MobileNetV1.AddTo(g, x, w, s.Scale ?? 1).Stride32),
        new("mobilenetv2", [""], true, MobileNetV2.Head, (g, x, w, s) => MobileNetV2.AddTo(g, x, w, s.Scale ?? 1).Stride32),
        new("mobilenetv3", ["large", "small"], true, MobileNetV3.Head, V3),
        new("shufflenetv2", [""], true, ShuffleNetV2.Head, (g, x, w, s) => ShuffleNetV2.AddTo(g, x, w, s.Scale ?? 1).Stride32),
        new("resnet50-vd", [""], false, ResNetVd.Head, (g, x, w, _) => ResNetVd.AddTo(g, x, w).Stride32),
    ];

    /// <summary>Builds a network with its head; the output is <c>logits</c>, or <c>probabilities</c> after softmax.</summary>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Build(
        this ClassifierNetwork network, ClassifierSettings settings, WeightScope weights, NetworkInput input)
    {
        var graph = new GraphBuilder("classifier");
        var features = network.Body(graph, input.AddTo(graph), weights, settings);
        var head = network.Head with { Classes = settings.Classes, Softmax = settings.Softmax };
        graph.Output(graph.Classifier(features, weights, head), head.Softmax ? "probabilities" : "logits");
        weights.ThrowIfUnfit();
        return graph;
    }

    private static GraphTensor PPLCNetV2(GraphBuilder graph, GraphTensor x, WeightScope weights, ClassifierSettings settings) =>
        graph.PPLCNetV2(x, weights, settings.Size switch
        {
            "small" => PPLCNetV2Spec.Small,
            "base" => PPLCNetV2Spec.Base,
            _ => PPLCNetV2Spec.Large,
        }).Stride32;

    private static GraphTensor V3(GraphBuilder graph, GraphTensor x, WeightScope weights, ClassifierSettings settings)
    {
        var (network, scale) = (settings.Size == "large" ? MobileNetV3.Large : MobileNetV3.Small, settings.Scale ?? 1);
        return network.LastConv(graph, network.AddTo(graph, x, weights, scale).Stride32, weights, scale);
    }
}
