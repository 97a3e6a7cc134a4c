using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>Builds PP-LCNet from weights that come under other names than PaddleClas's.</summary>
internal static class PPLCNetImport
{
    /// <summary>
    /// Rebuilds an exported classifier from the initializers of its ONNX file, which bear Paddle's automatic names.
    /// </summary>
    /// <param name="exported">From <see cref="OnnxWeights.Read(string)"/>; constants other than layers' weights are left
    /// out.</param>
    /// <param name="spec">Width and switches of the exported network.</param>
    /// <param name="head">Its head.</param>
    /// <param name="input">Input size; any size when null.</param>
    /// <exception cref="ModelFormatException">Weights are missing or misshapen.</exception>
    public static GraphBuilder FromExported(WeightSet exported, PPLCNetSpec spec, ClassifierSpec head, NetworkInput? input = null)
    {
        var dry = WeightScope.Random();
        PPLCNetModel.Classifier(spec, head, dry);
        var asked = dry.Taken;
        var names = asked.Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        var weights = PaddleNames.FromAutomatic(exported, asked).Rename(name => names.Contains(name) ? name : null);
        return PPLCNetModel.Classifier(spec, head, WeightScope.Of(weights), input);
    }
}
