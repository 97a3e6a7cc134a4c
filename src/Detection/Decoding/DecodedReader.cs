using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>Decoded heads: boxes [N, A, 4] in input pixels and scores [N, C, A].</summary>
internal sealed class DecodedReader : OutputReader
{
    private readonly string _model;
    private readonly int _boxes;
    private readonly int _scores;
    private readonly int _classes;
    private readonly int _anchors;

    private DecodedReader(string model, int boxes, int scores, int classes, int anchors)
    {
        _model = model;
        _boxes = boxes;
        _scores = scores;
        _classes = classes;
        _anchors = anchors;
    }

    /// <inheritdoc/>
    public override ExportStyle Style => ExportStyle.Decoded;

    /// <inheritdoc/>
    public override int? ClassCount => _classes;

    /// <summary>Binds where the shapes are those of decoded heads.</summary>
    public static DecodedReader? TryBind(string model, IReadOnlyList<TensorInfo> outputs, AnchorGrid grid)
    {
        if (outputs.Count != 2 || outputs.Any(o => o.ElementType != typeof(float) || o.Shape.Count != 3))
        {
            return null;
        }

        var boxes = Enumerable.Range(0, 2).FirstOrDefault(i => outputs[i].Shape[2] == 4 && Fits(outputs[i].Shape[1], grid.Count), -1);
        if (boxes < 0 || !Fits(outputs[1 - boxes].Shape[2], grid.Count) || outputs[1 - boxes].Shape[1] < 1)
        {
            throw new ModelFormatException(
                model,
                $"boxes [N,{grid.Count},4] and scores [N,C,{grid.Count}] for input {grid.Width}x{grid.Height}",
                string.Join(", ", outputs.Select(o => o.ShapeText)));
        }

        return new DecodedReader(model, boxes, 1 - boxes, outputs[1 - boxes].Shape[1], grid.Count);
    }

    /// <inheritdoc/>
    public override void Collect(ModelOutputs outputs, int image, NmsOptions options, Candidates into)
    {
        var boxes = outputs.Floats(_boxes);
        var scores = outputs.Floats(_scores);
        if (boxes.Length < (image + 1) * _anchors * 4 || scores.Length < (image + 1) * _anchors * _classes)
        {
            throw new ModelFormatException(_model, $"{_anchors} anchors an image", $"outputs of {boxes.Length} and {scores.Length} values");
        }

        DecodedHeads.Collect(
            boxes.Slice(image * _anchors * 4, _anchors * 4),
            scores.Slice(image * _anchors * _classes, _anchors * _classes),
            options,
            _model,
            into);
    }
}
