using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>Reads candidates out of a graph's outputs. Immutable and thread-safe.</summary>
internal abstract class OutputReader
{
    /// <summary>What remains to be done after the graph.</summary>
    public abstract ExportStyle Style { get; }

    /// <summary>Number of classes; null where only the run tells.</summary>
    public abstract int? ClassCount { get; }

    /// <summary>Adds one image's candidates above the score threshold, in input pixels.</summary>
    /// <param name="outputs">What the run returned.</param>
    /// <param name="image">Position in the batch.</param>
    /// <param name="options">Score threshold and label mode.</param>
    /// <param name="into">Receives the candidates.</param>
    /// <exception cref="ModelFormatException">The outputs have other shapes than at load, or a number is not finite.</exception>
    public abstract void Collect(ModelOutputs outputs, int image, NmsOptions options, Candidates into);

    /// <summary>
    /// Binds a graph's outputs by their shapes; names differ from export to export.
    /// </summary>
    /// <param name="model">Name for messages.</param>
    /// <param name="outputs">Names, shapes and types.</param>
    /// <param name="grid">Cells of the graph's input size.</param>
    /// <param name="rule">What raw class outputs hold.</param>
    /// <exception cref="ModelFormatException">The shapes do not match any known export.</exception>
    public static OutputReader Bind(string model, IReadOnlyList<TensorInfo> outputs, AnchorGrid grid, ScoreRule rule) =>
        (OutputReader?)SuppressedReader.TryBind(model, outputs)
        ?? (OutputReader?)RawHeadReader.TryBind(model, outputs, grid, rule)
        ?? DecodedReader.TryBind(model, outputs, grid)
        ?? throw new ModelFormatException(
            model,
            "outputs of a detector: scores [N,cells,C] and box logits [N,cells,32] for every level; or boxes [N,A,4] and scores [N,C,A]; or rows [R,6] and a count",
            string.Join(", ", outputs.Select(o => $"{o.Name} {o.ShapeText}")));

    /// <summary>Whether a dimension of a graph may have this value.</summary>
    protected static bool Fits(int dimension, int value) => dimension == value || dimension < 0;
}
