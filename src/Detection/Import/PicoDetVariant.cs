using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection.Decoding;

namespace PPLCNet.Vision.Detection.Import;

/// <summary>Tells the variant of a checkpoint by the shapes of its tensors.</summary>
internal static class PicoDetVariant
{
    /// <summary>The variant and its specification with the checkpoint's number of classes.</summary>
    /// <exception cref="ModelFormatException">No variant has these tensors; the message lists what the nearest one
    /// misses.</exception>
    public static (string Name, PicoDetSpec Spec) Recognize(WeightSet weights)
    {
        var alike = PicoDetSpec.Variants.Where(v => IsAlike(weights, v.Value)).ToList();
        if (alike.Count == 0)
        {
            throw new ModelFormatException(
                weights.Source,
                $"tensors of a PicoDet on PP-LCNet ({string.Join(", ", PicoDetSpec.Variants.Keys)})",
                $"{weights.Count} tensors, first '{weights.Tensors.Keys.FirstOrDefault()}'");
        }

        // One network serves objects and pages; the number of classes tells which, and so the usual input size.
        var classes = ClassesOf(weights, alike[0].Value);
        var (name, variant) = alike.FirstOrDefault(v => v.Value.Classes == classes) is { Key: not null } same ? same : alike[^1];
        var spec = variant with { Classes = classes };
        PicoDetNetwork.Build(spec, WeightScope.Of(weights));
        return (name, spec);
    }

    /// <summary>Whether a tensor is the second name of a prediction layer that is there under the first.</summary>
    public static bool IsAlias(string name, WeightSet weights) =>
        (name.StartsWith("head.head_cls_list.", StringComparison.Ordinal) || name.StartsWith("head.head_reg_list.", StringComparison.Ordinal))
        && weights.TryGet(name.Replace("_list.", "", StringComparison.Ordinal), out _);

    private static bool IsAlike(WeightSet weights, PicoDetSpec variant) =>
        Shape(weights, "backbone.blocks6.1.pw_conv.conv.weight") is [var last, ..] && last == variant.Backbone.Blocks[^1].Out
        && Shape(weights, "neck.conv_t.convs.0.conv.weight") is [var channels, ..] && channels == variant.Channels
        && weights.HasPrefix("head.cls_align") == (variant.Head == PicoDetHead.V2);

    private static int ClassesOf(WeightSet weights, PicoDetSpec variant) =>
        (Shape(weights, "head.head_cls0.weight") ?? Shape(weights, "head.head_cls_list.0.weight")) is [var outputs, ..]
            ? outputs - (variant.Head == PicoDetHead.V1 ? DistributionBox.Logits : 0)
            : variant.Classes;

    private static IReadOnlyList<int>? Shape(WeightSet weights, string name) => weights.TryGet(name, out var tensor) ? tensor.Shape : null;
}
