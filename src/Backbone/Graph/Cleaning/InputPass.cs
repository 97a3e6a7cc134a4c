using Onnx;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>
/// Old exporters list every weight among the graph's inputs, as a default that a caller may replace. The runtime then cannot
/// treat it as a constant: nothing folds, nothing is laid out ahead.
/// </summary>
internal static class InputPass
{
    // From this version of the format on, a weight need not be an input.
    private const int FirstIrVersion = 4;

    public static int Run(ModelProto model)
    {
        var weights = model.Graph.Initializer.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var defaults = model.Graph.Input.Where(i => weights.Contains(i.Name)).ToList();
        foreach (var input in defaults)
        {
            model.Graph.Input.Remove(input);
        }

        if (defaults.Count > 0)
        {
            model.IrVersion = Math.Max(model.IrVersion, FirstIrVersion);
        }

        return defaults.Count;
    }
}
