using System.Text.Json;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// One line of a safetensors header, checked for itself: type, shape, and that the bytes are as many as both say.
/// </summary>
internal sealed record SafetensorsEntry(string Name, ElementType Type, int[] Shape, long Begin, long End)
{
    public static SafetensorsEntry Parse(JsonProperty property, Dictionary<string, ElementType> types, string source)
    {
        var name = property.Name;
        try
        {
            var typeName = property.Value.GetProperty("dtype").GetString() ?? "";
            if (!types.TryGetValue(typeName, out var type))
            {
                throw new ModelFormatException(source, $"'{name}' of a type among {string.Join(", ", types.Keys)}", typeName);
            }

            int[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
            long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt64())];
            if (offsets.Length != 2 || shape.Any(d => d < 0))
            {
                throw new ModelFormatException(source, $"'{name}' with two offsets and no negative dimension", property.Value.GetRawText());
            }

            var bytes = checked(shape.Aggregate(1L, (product, d) => checked(product * d)) * type.Size());
            return offsets[1] - offsets[0] == bytes && offsets[0] >= 0 && offsets[1] <= int.MaxValue
                ? new SafetensorsEntry(name, type, shape, offsets[0], offsets[1])
                : throw new ModelFormatException(source, $"'{name}' {WeightTensor.Text(shape)} in {bytes} bytes", $"offsets {offsets[0]} to {offsets[1]}");
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new ModelFormatException(source, $"'{name}' with dtype, shape and data_offsets", property.Value.GetRawText(), e);
        }
    }
}
