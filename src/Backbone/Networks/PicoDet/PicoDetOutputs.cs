using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>What a PicoDet graph of ours answers.</summary>
internal enum PicoDetExport
{
    /// <summary>
    /// Logits of every level, so that scores are computed for survivors only: the fastest, and our own default.
    /// </summary>
    Logits,

    /// <summary>Scores and box logits of every level, as the official export without post-processing.</summary>
    Scores,

    /// <summary>Boxes in input pixels and scores of every anchor, as the official export without suppression.</summary>
    Decoded,
}

/// <summary>Appends outputs to the predictions of all levels.</summary>
internal static class PicoDetOutputs
{
    private const float Epsilon = 1e-9f;

    /// <summary>Names the outputs of an export.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="levels">Predictions.</param>
    /// <param name="head">Weights of the head.</param>
    /// <param name="spec">The variant.</param>
    /// <param name="export">What the graph answers.</param>
    /// <param name="name">Goes before the name of each output of <see cref="PicoDetExport.Logits"/>.</param>
    public static void Add(
        GraphBuilder graph, IReadOnlyList<PicoLevel> levels, WeightScope head, PicoDetSpec spec, PicoDetExport export, string name = "")
    {
        switch (export)
        {
            case PicoDetExport.Decoded:
                graph.Output(Boxes(graph, levels, head, spec), "boxes");
                graph.Output(graph.Concat(2, [.. levels.Select(l => Flat(graph, Score(graph, l)))]), "scores");
                break;
            case PicoDetExport.Scores:
                Ignore(head);
                Each(graph, levels, "score", l => Score(graph, l));
                Each(graph, levels, "reg", l => l.Boxes);
                break;
            default:
                Ignore(head);
                Each(graph, levels, name + "cls", l => l.Classes);
                Each(graph, levels, name + "reg", l => l.Boxes);
                if (spec.Head == PicoDetHead.V2)
                {
                    Each(graph, levels, name + "quality", l => l.Quality!);
                }

                break;
        }
    }

    /// <summary>Scores [N, C, h, w].</summary>
    public static GraphTensor Score(GraphBuilder graph, PicoLevel level)
    {
        var classes = graph.Activate(level.Classes, Activation.Sigmoid);
        return level.Quality is null
            ? classes
            : graph.Sqrt(graph.Add(graph.Mul(classes, graph.Activate(level.Quality, Activation.Sigmoid)), graph.Constant(Epsilon)));
    }

    /// <summary>[N, C, h, w] to rows of cells [N, h * w, C].</summary>
    public static GraphTensor Rows(GraphBuilder graph, GraphTensor x) =>
        graph.Reshape(graph.Transpose(x, 0, 2, 3, 1), 0, x.Height * x.Width, x.Channels);

    /// <summary>Boxes of all anchors [N, A, 4] in input pixels.</summary>
    public static GraphTensor Boxes(GraphBuilder graph, IReadOnlyList<PicoLevel> levels, WeightScope head, PicoDetSpec spec)
    {
        // The stored distances passed through an exponential moving average and may be off whole numbers by 1e-4.
        var distances = graph.Constant("project", [DistributionBox.Bins, 1], head.Take("distribution_project.project", DistributionBox.Bins).Values);
        var grid = new AnchorGrid(spec.Width, spec.Height, PicoDetSpec.Strides);
        return graph.Concat(1, [.. levels.Select((level, i) => LevelBoxes(graph, level, grid.Levels[i], distances))]);
    }

    private static GraphTensor LevelBoxes(GraphBuilder graph, PicoLevel level, AnchorLevel grid, GraphTensor distances)
    {
        var bins = graph.Softmax(graph.Reshape(Rows(graph, level.Boxes), 0, grid.Count * 4, DistributionBox.Bins));
        var sides = graph.Reshape(graph.MatMul(bins, distances), 0, grid.Count, 4);
        var centers = new float[grid.Count * 4];
        for (var i = 0; i < grid.Count; i++)
        {
            var (x, y) = (((i % grid.Width) + 0.5f) * grid.Stride, ((i / grid.Width) + 0.5f) * grid.Stride);
            (centers[4 * i], centers[(4 * i) + 1], centers[(4 * i) + 2], centers[(4 * i) + 3]) = (x, y, x, y);
        }

        var outward = graph.Constant($"outward{grid.Stride}", [1, 1, 4], [-grid.Stride, -grid.Stride, grid.Stride, grid.Stride]);
        return graph.Add(graph.Mul(sides, outward), graph.Constant($"centers{grid.Stride}", [1, grid.Count, 4], centers));
    }

    private static GraphTensor Flat(GraphBuilder graph, GraphTensor x) => graph.Reshape(x, 0, x.Channels, x.Height * x.Width);

    private static void Ignore(WeightScope head) => head.Ignore("distribution_project");

    private static void Each(GraphBuilder graph, IReadOnlyList<PicoLevel> levels, string name, Func<PicoLevel, GraphTensor> part)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            graph.Output(Rows(graph, part(levels[i])), $"{name}{i}");
        }
    }
}
