using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>
/// Raw heads: for every level class outputs [N, cells, C], box logits [N, cells, 32] and, with
/// <see cref="ScoreRule.Quality"/>, quality logits [N, cells, 1].
/// </summary>
internal sealed class RawHeadReader : OutputReader
{
    private readonly string _model;
    private readonly ScoreRule _rule;
    private readonly List<(AnchorLevel Level, int Classes, int Boxes, int Quality)> _levels;
    private readonly int _classes;

    private RawHeadReader(string model, ScoreRule rule, List<(AnchorLevel, int, int, int)> levels, int classes)
    {
        _model = model;
        _rule = rule;
        _levels = levels;
        _classes = classes;
    }

    /// <inheritdoc/>
    public override ExportStyle Style => ExportStyle.RawHeads;

    /// <inheritdoc/>
    public override int? ClassCount => _classes;

    /// <summary>Binds where the shapes are those of raw heads.</summary>
    /// <param name="model">Name for messages.</param>
    /// <param name="outputs">The outputs, in the order of the graph.</param>
    /// <param name="grid">Cells of the graph's input size.</param>
    /// <param name="rule">What raw class outputs hold.</param>
    /// <param name="before">Outputs of the graph that are before these and not a detector's.</param>
    public static RawHeadReader? TryBind(string model, IReadOnlyList<TensorInfo> outputs, AnchorGrid grid, ScoreRule rule, int before = 0)
    {
        var perLevel = rule == ScoreRule.Quality ? 3 : 2;
        if (outputs.Count < 2 || outputs.Count % perLevel != 0 || outputs.Any(o => o.ElementType != typeof(float) || o.Shape is not [_, > 0, > 0])
            || !outputs.Any(o => o.Shape[2] == DistributionBox.Logits))
        {
            return null;
        }

        if (outputs.Count != perLevel * grid.Levels.Count)
        {
            throw Mismatch(model, outputs, grid);
        }

        var levels = new List<(AnchorLevel, int, int, int)>();
        var classes = 0;
        foreach (var level in grid.Levels)
        {
            var here = Enumerable.Range(0, outputs.Count).Where(i => outputs[i].Shape[1] == level.Count).ToList();

            // Where there are 32 classes too, the class scores come first in every export.
            var boxes = here.FindLastIndex(i => outputs[i].Shape[2] == DistributionBox.Logits);
            if (here.Count != perLevel || boxes < 0)
            {
                throw Mismatch(model, outputs, grid);
            }

            var box = here[boxes];
            here.RemoveAt(boxes);
            var quality = rule == ScoreRule.Quality ? here.FindLast(i => outputs[i].Shape[2] == 1) : -1;
            here.Remove(quality);
            var count = outputs[here[0]].Shape[2];
            if (classes != 0 && count != classes)
            {
                throw Mismatch(model, outputs, grid);
            }

            classes = count;
            levels.Add((level, before + here[0], before + box, quality < 0 ? -1 : before + quality));
        }

        return new RawHeadReader(model, rule, levels, classes);
    }

    /// <inheritdoc/>
    public override void Collect(ModelOutputs outputs, int image, NmsOptions options, Candidates into)
    {
        foreach (var (level, classes, boxes, quality) in _levels)
        {
            RawHeadDecoder.Collect(
                new RawLevel
                {
                    Level = level,
                    Classes = Part(outputs, classes, image, level.Count * _classes),
                    Boxes = Part(outputs, boxes, image, level.Count * DistributionBox.Logits),
                    Quality = quality < 0 ? [] : Part(outputs, quality, image, level.Count),
                },
                _rule,
                options,
                _model,
                into);
        }
    }

    private static ModelFormatException Mismatch(string model, IReadOnlyList<TensorInfo> outputs, AnchorGrid grid) => new(
        model,
        $"raw heads for input {grid.Width}x{grid.Height}: levels of {string.Join(", ", grid.Levels.Select(l => l.Count))} cells (strides {string.Join(", ", grid.Levels.Select(l => l.Stride))})",
        string.Join(", ", outputs.Select(o => o.ShapeText)));

    private ReadOnlySpan<float> Part(ModelOutputs outputs, int output, int image, int length)
    {
        var all = outputs.Floats(output);
        return all.Length >= (image + 1) * length
            ? all.Slice(image * length, length)
            : throw new ModelFormatException(_model, $"{length} values an image in output '{outputs.Name(output)}'", $"{all.Length} in all");
    }
}
