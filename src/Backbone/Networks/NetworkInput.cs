using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>The image input of a network in code; a dimension of -1 is only known at run time.</summary>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Batch">Images per run.</param>
/// <param name="Name">Name of the graph's input.</param>
public sealed record NetworkInput(
    int Height = GraphTensor.Dynamic,
    int Width = GraphTensor.Dynamic,
    int Batch = GraphTensor.Dynamic,
    string Name = "x")
{
    /// <summary>Any size and batch.</summary>
    public static NetworkInput Any { get; } = new();

    /// <summary>Adds the input to a graph: [N, 3, H, W].</summary>
    public GraphTensor AddTo(GraphBuilder graph) => graph.Input(Name, Batch, 3, Height, Width);
}
