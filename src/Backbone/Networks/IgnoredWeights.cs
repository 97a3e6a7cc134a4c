using System.Text.Json;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>The setting <c>ignore</c> of a network: weights of a file that other networks of the same file read.</summary>
internal static class IgnoredWeights
{
    /// <summary>Declares the listed names, and all below them, as deliberately unused.</summary>
    /// <param name="weights">The root of the file.</param>
    /// <param name="network">The network's element in the manifest.</param>
    /// <param name="model">Name of the model, for messages.</param>
    /// <exception cref="ModelFormatException"><c>ignore</c> is not a list of names.</exception>
    public static void IgnoreListed(this WeightScope weights, JsonElement network, string model)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (!network.TryGetProperty("ignore", out var list))
        {
            return;
        }

        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(n => n.ValueKind != JsonValueKind.String || n.GetString()!.Length == 0))
        {
            throw new ModelFormatException(model, "'ignore' as a list of names of weights", list.GetRawText());
        }

        foreach (var name in list.EnumerateArray())
        {
            weights.Ignore(name.GetString()!);
        }
    }
}
