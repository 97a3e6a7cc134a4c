using System.Globalization;
using System.Text.RegularExpressions;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.Classifiers;
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

        var scale = match.Groups["scale"].Success ? double.Parse(match.Groups["scale"].Value, CultureInfo.InvariantCulture)
            : (double?)null;
        var (kind, size) = match.Groups["family"].Value.ToLowerInvariant().Split('-', 2) switch
        {
            ["resnet50", ..] => ("resnet50-vd", null),
            [var family, var variant] => (family, variant),
            [var family, ..] => (family, (string?)null),
            _ => ("", null),
        };
        return ClassifierNetworks.All.FirstOrDefault(n => n.Kind == kind) is { } network
            ? network.Build(new ClassifierSettings { Size = size, Scale = scale, Softmax = false }, weights, input)
            : PPLCNetModel.Classifier(new PPLCNetSpec { Scale = scale ?? 1 }, new ClassifierSpec(), weights, input);
    }

    [GeneratedRegex(
        @"^((?<family>pplcnet|mobilenetv1|mobilenetv2|mobilenetv3-(large|small)|shufflenetv2)-x(?<scale>\d{1,2}(\.\d{1,3})?)|(?<family>pplcnetv2-(small|base|large)|resnet50-vd))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
