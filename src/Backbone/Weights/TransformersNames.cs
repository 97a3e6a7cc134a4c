using System.Text.RegularExpressions;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// The names of PP-LCNet's weights in Hugging Face transformers, which the official <c>.safetensors</c> files have. The
/// classifier is stored [out, in].
/// </summary>
internal static partial class TransformersNames
{
    private static readonly Dictionary<string, string> _layers = new(StringComparer.Ordinal)
    {
        ["depthwise_convolution.convolution"] = "dw_conv.conv",
        ["depthwise_convolution.normalization"] = "dw_conv.bn",
        ["squeeze_excitation_module.convolutions.0"] = "se.conv1",
        ["squeeze_excitation_module.convolutions.2"] = "se.conv2",
        ["pointwise_convolution.convolution"] = "pw_conv.conv",
        ["pointwise_convolution.normalization"] = "pw_conv.bn",
    };

    /// <summary>Whether the tensors bear these names.</summary>
    public static bool Are(WeightSet weights) => weights.Tensors.Keys.Any(n => Encoder().IsMatch(n));

    /// <summary>Gives the tensors Paddle's names and layout; a name that no rule explains stays as it is.</summary>
    public static WeightSet ToPaddle(WeightSet weights) => new(
        weights.Source,
        from pair in weights.Tensors
        where !CheckpointNames.IsTrainingState(pair.Key)
        let name = Rename(pair.Key)
        select KeyValuePair.Create(
            name, name == "fc.weight" && pair.Value.Shape.Count == 2 ? pair.Value.Transpose() : pair.Value));

    private static string Rename(string name)
    {
        name = Model().Replace(name, "");
        var dot = name.LastIndexOf('.');
        var (layer, last) = dot < 0 ? ("", name) : (name[..dot], name[(dot + 1)..]);
        last = last switch
        {
            "running_mean" => "_mean",
            "running_var" => "_variance",
            _ => last,
        };
        return layer switch
        {
            "encoder.convolution.convolution" => $"conv1.conv.{last}",
            "encoder.convolution.normalization" => $"conv1.bn.{last}",
            "last_convolution" => $"last_conv.{last}",
            "head" => $"fc.{last}",
            _ => RenameBlock(layer, last) ?? name,
        };
    }

    private static string? RenameBlock(string layer, string last) =>
        Block().Match(layer) is { Success: true } match && _layers.TryGetValue(match.Groups["layer"].Value, out var inside)
            ? $"blocks{int.Parse(match.Groups["stage"].Value) + 2}.{match.Groups["index"].Value}.{inside}.{last}"
            : null;

    [GeneratedRegex(@"(^|\.)encoder\.convolution\.")]
    private static partial Regex Encoder();

    [GeneratedRegex(@"^(model|backbone|pp_lcnet)\.(?=encoder\.|last_convolution\.)")]
    private static partial Regex Model();

    [GeneratedRegex(@"^encoder\.blocks\.(?<stage>\d)\.layers\.(?<index>\d{1,2})\.(?<layer>.+)$")]
    private static partial Regex Block();
}
