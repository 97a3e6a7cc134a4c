using Google.Protobuf;
using Onnx;

namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>Attributes of ONNX operators.</summary>
internal static class GraphAttribute
{
    /// <summary>An integer.</summary>
    public static AttributeProto Of(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>A float.</summary>
    public static AttributeProto Of(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>A text.</summary>
    public static AttributeProto Of(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>Several integers.</summary>
    public static AttributeProto Of(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values.ToArray());
        return attribute;
    }
}
