using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>
/// Kind <c>deeplabv3p</c> of a manifest's network: <c>scale</c> of PP-LCNet; <c>ratios</c>; <c>alignCorners</c>;
/// <c>outputStride</c> 32, 16 or 8; <c>dilated</c>, whether smaller output strides dilate the backbone's later depthwise
/// convolutions. One class per label.
/// </summary>
internal sealed class DeepLabV3PlusKind : INetworkKind
{
    /// <inheritdoc/>
    public string Kind => "deeplabv3p";

    /// <inheritdoc/>
    public GraphBuilder Build(NetworkRequest request, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(request);
        return DeepLabV3Plus.Model(ReadSpec(request), weights, request.Input);
    }

    /// <summary>The network that a manifest describes.</summary>
    /// <exception cref="ModelFormatException">Settings are unknown or out of range.</exception>
    public static DeepLabV3PlusSpec ReadSpec(NetworkRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var settings = NetworkSettings.Read(
            request.Settings, DeepLabV3PlusJson.Default.DeepLabV3PlusSettings, request.Model, "a 'deeplabv3p' network");
        if (settings.OutputStride is not (32 or 16 or 8))
        {
            throw new ModelFormatException(request.Model, "an output stride of 32, 16 or 8", $"{settings.OutputStride}");
        }

        if (settings.Ratios is not [_, ..] || settings.Ratios.Any(r => r < 1))
        {
            throw new ModelFormatException(request.Model, "ratios from 1 on", $"[{string.Join(',', settings.Ratios)}]");
        }

        return new DeepLabV3PlusSpec
        {
            Backbone = BackboneOf(settings.Scale, settings.OutputStride, settings.Dilated),
            Classes = request.Labels.Count,
            Ratios = settings.Ratios,
            AlignCorners = settings.AlignCorners,
        };
    }

    /// <summary>
    /// PP-LCNet at an output stride of 32, 16 or 8; dilated, later depthwise convolutions keep the reach that they had.
    /// </summary>
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
