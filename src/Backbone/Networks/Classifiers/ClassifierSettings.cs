using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPLCNet.Vision.Backbone.Networks.Classifiers;

/// <summary>The JSON of a manifest's network of one of the <see cref="ClassifierNetworks"/>.</summary>
internal sealed class ClassifierSettings
{
    public string Kind { get; set; } = "";

    public double? Scale { get; set; }

    public string? Size { get; set; }

    public int Classes { get; set; } = 1000;

    public bool Softmax { get; set; } = true;

    public JsonElement Ignore { get; set; } // see IgnoredWeights

    /// <summary>Checks the values against what the network takes.</summary>
    /// <exception cref="ModelFormatException">A value does not fit.</exception>
    public void Check(ClassifierNetwork network, string model)
    {
        if (!network.IsScaled && Scale is not null)
        {
            throw new ModelFormatException(model, $"a '{network.Kind}' network without 'scale'", $"{Scale}");
        }

        if (Scale is not (null or > 0 and <= 10) || Classes < 1)
        {
            throw new ModelFormatException(
                model, "a scale of 0 to 10 and at least one class", $"scale {Scale}, {Classes} classes");
        }

        if (!network.Sizes.Contains(Size ?? ""))
        {
            var sizes = network.Sizes is [""] ? "none" : string.Join(", ", network.Sizes);
            throw new ModelFormatException(model, $"a size of a '{network.Kind}' network: {sizes}", $"'{Size}'");
        }
    }
}

/// <summary>Source-generated JSON of the settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClassifierSettings))]
internal sealed partial class ClassifierJson : JsonSerializerContext;
