using System.Collections;
using System.Text.Json;

namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>The attributes of what an image shows, group by group. Immutable and safe to share between threads.</summary>
/// <param name="attributes">The attributes.</param>
public sealed class AttributeResult(IReadOnlyList<FoundAttribute> attributes) : IReadOnlyList<FoundAttribute>,
    IPrediction<AttributeResult>
{
    /// <inheritdoc/>
    public StageTimings Timings { get; init; }

    /// <inheritdoc/>
    public int Count => attributes.Count;

    /// <inheritdoc/>
    public FoundAttribute this[int index] => attributes[index];

    /// <inheritdoc/>
    public AttributeResult WithTimings(StageTimings timings) => new(attributes) { Timings = timings };

    /// <inheritdoc/>
    public IEnumerator<FoundAttribute> GetEnumerator() => attributes.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Attributes as JSON: <c>"attributes": [{"group", "name", "score"}]</c>.</summary>
internal static class AttributeResultJson
{
    /// <summary>Writes the property <c>attributes</c> into the current object.</summary>
    public static void WriteAttributes(this Utf8JsonWriter json, IReadOnlyList<FoundAttribute> attributes)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(attributes);
        json.WriteStartArray("attributes");
        foreach (var (group, name, score) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("group", group);
            json.WriteString("name", name);
            json.WriteNumber("score", score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
