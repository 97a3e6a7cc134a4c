using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.MultiHead;

/// <summary>
/// A head that can share a backbone with others in one graph. Each project of the suite brings its own; see
/// <see cref="MultiHeadKind"/>.
/// </summary>
public interface INetworkHead
{
    /// <summary>The name in the manifest.</summary>
    string Kind { get; }

    /// <summary>Adds the head's operators and its outputs.</summary>
    /// <param name="graph">The graph, with the backbone in it.</param>
    /// <param name="features">The backbone's maps.</param>
    /// <param name="weights">The weights of the file, from its root or, where the manifest gives the head a <c>prefix</c>,
    /// from there.</param>
    /// <param name="request">What the manifest says about this head.</param>
    /// <exception cref="ModelFormatException">The settings do not fit.</exception>
    void AddTo(GraphBuilder graph, FeatureMaps features, WeightScope weights, HeadRequest request);

    /// <summary>Declares the head's weights as deliberately unused, for a graph without it.</summary>
    void Ignore(WeightScope weights);
}

/// <summary>One head as a manifest asks for it.</summary>
/// <param name="Output">Name of the graph's output.</param>
/// <param name="Settings">The head's element in the manifest.</param>
/// <param name="Model">Name of the model, for messages.</param>
public sealed record HeadRequest(string Output, JsonElement Settings, string Model)
{
    /// <summary>The head's kind; empty where the manifest names none.</summary>
    public string Kind =>
        Settings.ValueKind == JsonValueKind.Object && Settings.TryGetProperty("kind", out var value) ? value.ToString() : "";

    /// <summary>Where the head's weights lie in the file (<c>prefix</c>); empty for the root.</summary>
    /// <exception cref="ModelFormatException">It is not a text.</exception>
    public string Prefix =>
        Settings.ValueKind != JsonValueKind.Object || !Settings.TryGetProperty("prefix", out var value) ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw new ModelFormatException(Model, $"'prefix' of the head '{Output}' as a text", value.GetRawText());

    /// <summary>Whether the head was added to a model that was trained without it (<c>added</c>).</summary>
    public bool IsAdded =>
        Settings.ValueKind == JsonValueKind.Object && Settings.TryGetProperty("added", out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>Class names of the head itself (<c>labels</c>); null where the manifest gives it none.</summary>
    /// <exception cref="ModelFormatException">They are no list of texts.</exception>
    public IReadOnlyList<string>? Labels =>
        Settings.ValueKind != JsonValueKind.Object || !Settings.TryGetProperty("labels", out var value) ? null
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(l => l.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(l => l.GetString()!)]
            : throw new ModelFormatException(Model, $"'labels' of the head '{Output}' as a list of names", value.GetRawText());

    /// <summary>A whole number of the settings.</summary>
    /// <exception cref="ModelFormatException">It is missing and has no default, or is not a whole number from 1 on.</exception>
    public int Integer(string name, int? standard = null)
    {
        if (!Settings.TryGetProperty(name, out var value))
        {
            return standard ?? throw new ModelFormatException(Model, $"'{name}' of the head '{Output}'", "none");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
            ? number
            : throw new ModelFormatException(Model, $"'{name}' of the head '{Output}' as a whole number from 1 on", value.GetRawText());
    }
}
