namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>One layer with weights, for layer tables.</summary>
/// <param name="Name">Where its weights lie in the tree of names.</param>
/// <param name="Kind">What it is, for example <c>conv 3x3 /2 + norm + HardSwish</c>.</param>
/// <param name="Output">Shape of its output; -1 where dynamic.</param>
/// <param name="Parameters">Trainable elements (kernel, bias, batch-norm scale and shift).</param>
/// <param name="Macs">Multiply-adds for one input; null where a dimension is dynamic.</param>
public sealed record LayerInfo(string Name, string Kind, IReadOnlyList<int> Output, long Parameters, long? Macs);
