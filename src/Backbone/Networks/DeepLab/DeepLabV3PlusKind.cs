using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>
/// Kind <c>deeplabv3p</c> of a manifest's network: <c>scale</c> of PP-LCNet; <c>ratios</c>; <c>alignCorners</c>; <c>outputStride</c> 32, 16
/// or 8; <c>dilated</c>, whether smaller output strides dilate the backbone's later depthwise convolutions. One class a label.
/// </summary>
/// <param name="input">Size of the input where every image gets the same: a cheaper graph; any size when null.</param>
public sealed class DeepLabV3PlusKind(NetworkInput? input = null) : INetworkKind
{
    /// <inheritdoc/>
    public string Kind => "deeplabv3p";

    /// <inheritdoc/>
    public byte[] Build(ModelManifest manifest, JsonElement network, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return DeepLabV3Plus.Model(ReadSpec(manifest, network), weights, input).ToBytes();
    }

    /// <summary>The network that a manifest describes.</summary>
    /// <exception cref="ModelFormatException">Settings are unknown or out of range.</exception>
    public static DeepLabV3PlusSpec ReadSpec(ModelManifest manifest, JsonElement network)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        DeepLabV3PlusSettings settings;
        try
        {
            settings = network.Deserialize(DeepLabV3PlusJson.Default.DeepLabV3PlusSettings)!;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(manifest.Name, "the settings of a 'deeplabv3p' network", e.Message, e);
        }

        if (settings.OutputStride is not (32 or 16 or 8))
        {
            throw new ModelFormatException(manifest.Name, "an output stride of 32, 16 or 8", $"{settings.OutputStride}");
        }

        if (settings.Ratios is not [_, ..] || settings.Ratios.Any(r => r < 1))
        {
            throw new ModelFormatException(manifest.Name, "ratios from 1 on", $"[{string.Join(',', settings.Ratios)}]");
        }

        return new DeepLabV3PlusSpec
        {
            Backbone = BackboneOf(settings.Scale, settings.OutputStride, settings.Dilated),
            Classes = manifest.Labels.Count,
            Ratios = settings.Ratios,
            AlignCorners = settings.AlignCorners,
        };
    }

    /// <summary>PP-LCNet at an output stride of 32, 16 or 8; dilated, later depthwise convolutions keep the reach that they had.</summary>
    public static PPLCNetSpec BackboneOf(double scale, int outputStride, bool dilated)
    {
        var spec = new PPLCNetSpec
        {
            Scale = scale,
            Strides = [2, 2, 2, outputStride <= 8 ? 1 : 2, outputStride <= 16 ? 1 : 2],
        };
        return dilated ? spec with { Dilations = Dilations(outputStride) } : spec;
    }

    // A block whose stride was taken away reads undilated; the ones behind it are dilated by what is missing.
    private static int[] Dilations(int outputStride) => outputStride switch
    {
        8 => [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 4],
        16 => [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
        _ => [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    };
}

/// <summary>The JSON of a manifest's <c>deeplabv3p</c> network.</summary>
internal sealed class DeepLabV3PlusSettings
{
    public string Kind { get; set; } = "";

    public double Scale { get; set; } = 1;

    public int[] Ratios { get; set; } = [1, 6, 12, 18];

    public bool AlignCorners { get; set; }

    public int OutputStride { get; set; } = 32;

    public bool Dilated { get; set; }
}

/// <summary>Source-generated JSON of the network's settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DeepLabV3PlusSettings))]
internal sealed partial class DeepLabV3PlusJson : JsonSerializerContext;
