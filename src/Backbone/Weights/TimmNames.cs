using System.Text.RegularExpressions;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// The names of timm's <c>lcnet_*</c> weights. They differ from Paddle's in more than names: <c>conv_head</c> has a bias,
/// there is no dropout factor (build with <c>LastConvBias = true</c> and <c>DropoutFactor = 1</c>), and the classifier is
/// stored [out, in].
/// </summary>
internal static partial class TimmNames
{
    private static readonly Dictionary<string, string> _layers = new()
    {
        ["conv_dw"] = "dw_conv.conv",
        ["bn1"] = "dw_conv.bn",
        ["se.conv_reduce"] = "se.conv1",
        ["se.conv_expand"] = "se.conv2",
        ["conv_pw"] = "pw_conv.conv",
        ["bn2"] = "pw_conv.bn",
    };

    /// <summary>Gives timm's tensors Paddle's names and layout; counters of seen batches are left out.</summary>
    public static WeightSet ToPaddle(WeightSet timm) => new(
        timm.Source,
        from pair in timm.Tensors
        let name = Rename(pair.Key)
        where name is not null
        select KeyValuePair.Create(name, name == "fc.weight" ? pair.Value.Transpose() : pair.Value));

    private static string? Rename(string name)
    {
        if (name.EndsWith(".num_batches_tracked", StringComparison.Ordinal))
        {
            return null;
        }

        var dot = name.LastIndexOf('.');
        var (layer, last) = dot < 0 ? ("", name) : (name[..dot], name[(dot + 1)..]);
        last = last switch
        {
            "running_mean" => "_mean",
            "running_var" => "_variance",
            _ => last,
        };
        return $"{RenameLayer(layer)}.{last}";
    }

    private static string RenameLayer(string layer)
    {
        switch (layer)
        {
            case "conv_stem": return "conv1.conv";
            case "bn1": return "conv1.bn";
            case "conv_head": return "last_conv";
            case "classifier": return "fc";
        }

        var match = Block().Match(layer);
        if (!match.Success)
        {
            return layer;
        }

        // timm counts stage 5 as two groups: one 3x3 and one 5x5 block, then the four other 5x5 blocks.
        var (group, index) = (int.Parse(match.Groups["group"].Value), int.Parse(match.Groups["index"].Value));
        var (stage, block) = group switch
        {
            < 4 => (group + 2, index),
            4 => (5, index + 2),
            _ => (6, index),
        };
        var inside = match.Groups["layer"].Value;
        return $"blocks{stage}.{block}.{_layers.GetValueOrDefault(inside, inside)}";
    }

    [GeneratedRegex(@"^blocks\.(?<group>[0-5])\.(?<index>\d{1,2})\.(?<layer>.+)$")]
    private static partial Regex Block();
}
