using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.MultiHead;

/// <summary>The vectors of a frozen backbone that a linear probe reads.</summary>
internal static class ProbeFeatures
{
    /// <summary>The global average of the second-to-last stage (stride 16).</summary>
    public const string Stage5 = "stage5";

    /// <summary>The global average of the last stage (stride 32).</summary>
    public const string Stage6 = "stage6";

    /// <summary>The output of an embedding head, of length 1.</summary>
    public const string Embedding = "embedding";

    /// <summary>Adds the named vectors to a graph, one behind the other.</summary>
    /// <param name="graph">The graph, with the backbone in it.</param>
    /// <param name="maps">The backbone's maps.</param>
    /// <param name="weights">Where <c>embedding.*</c> lies, if it is asked for.</param>
    /// <param name="names">Any of <see cref="Stage5"/>, <see cref="Stage6"/> and <see cref="Embedding"/>.</param>
    /// <param name="dimensions">Width of the embedding.</param>
    /// <param name="model">Name of the model, for messages.</param>
    /// <returns>[N, D].</returns>
    /// <exception cref="ModelFormatException">A name is not known, or there is none.</exception>
    public static GraphTensor AddProbeFeatures(
        this GraphBuilder graph, FeatureMaps maps, WeightScope weights, IReadOnlyList<string> names, int dimensions, string model)
    {
        List<GraphTensor> parts =
        [
            .. names.Select(name => name switch
            {
                Stage5 => graph.Flatten(graph.GlobalAveragePool(maps.Stride16)),
                Stage6 => graph.Flatten(graph.GlobalAveragePool(maps.Stride32)),
                Embedding => graph.Embedding(maps.Stride32, weights, dimensions),
                _ => throw new ModelFormatException(model, $"features among {Stage5}, {Stage6} and {Embedding}", $"'{name}'"),
            }),
        ];
        return parts.Count switch
        {
            0 => throw new ModelFormatException(model, $"features among {Stage5}, {Stage6} and {Embedding}", "none"),
            1 => parts[0],
            _ => graph.Concat(1, parts),
        };
    }
}
