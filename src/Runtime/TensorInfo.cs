namespace PPLCNet.Vision.Runtime;

/// <summary>One input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Dimensions; -1 where they may change.</param>
/// <param name="ElementType">Type of its elements.</param>
public sealed record TensorInfo(string Name, IReadOnlyList<int> Shape, Type ElementType)
{
    /// <summary>Shape for messages, for example <c>[?,3,224,224]</c>.</summary>
    public string ShapeText => $"[{string.Join(',', Shape.Select(d => d < 0 ? "?" : d.ToString()))}]";
}
