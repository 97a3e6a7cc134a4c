namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>A value inside a graph under construction: what one operator writes and others read.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Dimensions; <see cref="Dynamic"/> where they are only known at run time.</param>
public sealed record GraphTensor(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>A dimension that is only known at run time.</summary>
    public const int Dynamic = -1;

    /// <summary>Number of dimensions.</summary>
    public int Rank => Shape.Count;

    /// <summary>Channels of a feature map [N, C, H, W].</summary>
    public int Channels => Shape[1];

    /// <summary>Height of a feature map [N, C, H, W].</summary>
    public int Height => Shape[2];

    /// <summary>Width of a feature map [N, C, H, W].</summary>
    public int Width => Shape[3];

    /// <summary>Whether height and width of a feature map are known.</summary>
    public bool HasStaticSize => Height >= 0 && Width >= 0;

    /// <summary>Number of elements, or null where a dimension is dynamic.</summary>
    public long? Elements => Shape.Any(d => d < 0) ? null : Shape.Aggregate(1L, (product, d) => product * d);

    /// <summary>Shape for messages, for example <c>[?,64,56,56]</c>.</summary>
    public string ShapeText => $"[{string.Join(',', Shape.Select(d => d < 0 ? "?" : d.ToString()))}]";
}
