namespace PPLCNet.Vision.Labels;

/// <summary>One row of Cityscapes' label table (cityscapesScripts, <c>helpers/labels.py</c>).</summary>
/// <param name="Id">Label id, 0 to 33: what ground truth and results for the official evaluation hold.</param>
/// <param name="Name">Official name.</param>
/// <param name="TrainId">Train id, 0 to 18, or 255 where the class is not trained.</param>
/// <param name="Category">Name of its category.</param>
/// <param name="HasInstances">Whether single objects are distinguished.</param>
/// <param name="IsIgnored">Whether the evaluation leaves the class out.</param>
/// <param name="Color">Official color; several labels share one, so a color does not give an id.</param>
internal sealed record CityscapesLabel(int Id, string Name, byte TrainId, string Category, bool HasInstances, bool IsIgnored, Color Color);
