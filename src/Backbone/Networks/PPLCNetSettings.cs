using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>The JSON of a manifest's <c>pplcnet</c> network.</summary>
internal sealed class PPLCNetSettings
{
    public string Kind { get; set; } = "";

    public double Scale { get; set; } = 1;

    public JsonElement[]? Strides { get; set; }

    public Activation Activation { get; set; } = Activation.HardSwish;

    public string Head { get; set; } = "classification";

    public int Dimensions { get; set; } = 512;

    public int Classes { get; set; } = 1000;

    public bool LastConv { get; set; } = true;

    public int Expand { get; set; } = 1280;

    public float DropoutFactor { get; set; } = ClassifierSpec.DefaultDropoutFactor;

    public bool Softmax { get; set; } = true;

    public JsonElement Ignore { get; set; } // see IgnoredWeights

    public PPLCNetSpec ToSpec(string model)
    {
        var spec = new PPLCNetSpec { Scale = Scale, Activation = Activation };
        if (Strides is null)
        {
            return spec;
        }

        return Strides.Length == 5
            ? spec with { Strides = [.. Strides.Select(s => ReadStride(s, model))] }
            : throw new ModelFormatException(model, "five strides", $"{Strides.Length}");
    }

    public ClassifierSpec ToClassifier(PPLCNetSpec spec) => new()
    {
        Classes = Classes,
        LastConv = LastConv,
        Expand = Expand,
        Activation = spec.Activation,
        DropoutFactor = DropoutFactor,
        Softmax = Softmax,
    };

    private static Hw ReadStride(JsonElement stride, string model) => stride switch
    {
        { ValueKind: JsonValueKind.Number } => stride.GetInt32(),
        { ValueKind: JsonValueKind.Array } when stride.GetArrayLength() == 2 => (stride[0].GetInt32(), stride[1].GetInt32()),
        _ => throw new ModelFormatException(model, "a stride: a number or [vertical, horizontal]", stride.GetRawText()),
    };
}

/// <summary>Source-generated JSON of the networks' settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PPLCNetSettings))]
internal sealed partial class NetworkJson : JsonSerializerContext;
