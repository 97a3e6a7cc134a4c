namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>How a feature map is enlarged.</summary>
public enum ResizeMode
{
    /// <summary>Nearest cell, as Paddle's and PyTorch's <c>nearest</c>: source index = floor(target index / scale).</summary>
    Nearest,

    /// <summary>Bilinear with half-pixel centers (<c>align_corners=False</c>).</summary>
    Bilinear,

    /// <summary>Bilinear with the corner cells on the corners (<c>align_corners=True</c>).</summary>
    BilinearAlignCorners,
}

public sealed partial class GraphBuilder
{
    /// <summary>Enlarges a feature map by whole factors.</summary>
    public GraphTensor Upsample(GraphTensor x, Hw factor, ResizeMode mode = ResizeMode.Nearest)
    {
        int Size(int size, int by) => size < 0 ? size : size * by;
        var scales = Constant("scales", [4], [1, 1, factor.H, factor.W]);
        return Resize([x, null, scales], [x.Shape[0], x.Channels, Size(x.Height, factor.H), Size(x.Width, factor.W)], mode);
    }

    /// <summary>Resizes a feature map to a height and width.</summary>
    public GraphTensor ResizeTo(GraphTensor x, Hw size, ResizeMode mode)
    {
        GraphTensor sizes;
        if (x.Shape[0] >= 0)
        {
            sizes = Constant(x.Shape[0], x.Channels, size.H, size.W);
        }
        else
        {
            sizes = IntConcat(ShapePart(x, 0, 2), Constant(size.H, size.W));
        }

        return Resize([x, null, null, sizes], [x.Shape[0], x.Channels, size.H, size.W], mode);
    }

    /// <summary>Resizes a feature map to the height and width of another, known now or only at run time.</summary>
    public GraphTensor ResizeLike(GraphTensor x, GraphTensor like, ResizeMode mode)
    {
        if (like.HasStaticSize)
        {
            return x.Height == like.Height && x.Width == like.Width ? x : ResizeTo(x, (like.Height, like.Width), mode);
        }

        var sizes = IntConcat(ShapePart(x, 0, 2), ShapePart(like, 2, 4));
        return Resize([x, null, null, sizes], [x.Shape[0], x.Channels, like.Height, like.Width], mode);
    }

    private GraphTensor Resize(IReadOnlyList<GraphTensor?> inputs, int[] shape, ResizeMode mode) => Node(
        "Resize",
        inputs,
        shape,
        GraphAttribute.Of("mode", mode == ResizeMode.Nearest ? "nearest" : "linear"),
        GraphAttribute.Of("coordinate_transformation_mode", mode switch
        {
            ResizeMode.Nearest => "asymmetric",
            ResizeMode.Bilinear => "half_pixel",
            _ => "align_corners",
        }),
        GraphAttribute.Of("nearest_mode", "floor"));

    private GraphTensor ShapePart(GraphTensor x, int start, int end) => Node(
        "Shape", [x], [end - start], GraphAttribute.Of("start", start), GraphAttribute.Of("end", end));

    private GraphTensor IntConcat(GraphTensor a, GraphTensor b) =>
        Node("Concat", [a, b], [a.Shape[0] + b.Shape[0]], GraphAttribute.Of("axis", 0));
}
