using System.Numerics.Tensors;

namespace PPLCNet.Vision.Labels;

/// <summary>
/// A label map whose ids are Cityscapes label ids, 0 to 33: ground truth, and results for the official evaluation.
/// </summary>
internal sealed class CityscapesIdMap
{
    /// <summary>Checks every id.</summary>
    /// <param name="pixels">The ids.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="DataFormatException">An id is above 33.</exception>
    public CityscapesIdMap(LabelMap pixels, string source = "label map")
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var highest = TensorPrimitives.Max<byte>(pixels.Ids);
        if (highest >= CityscapesLabels.All.Count)
        {
            var at = pixels.Ids.IndexOf(highest);
            throw new DataFormatException(
                $"'{source}': expected Cityscapes label ids 0 to {CityscapesLabels.All.Count - 1}, found {highest} at ({at % pixels.Width}, {at / pixels.Width})"
                + (highest == CityscapesLabels.IgnoredTrainId ? "; 255 belongs to train ids, not to label ids." : "."));
        }

        Pixels = pixels;
        Source = source;
    }

    /// <summary>The ids.</summary>
    public LabelMap Pixels { get; }

    /// <summary>Name for messages.</summary>
    public string Source { get; }

    /// <summary>Reads a <c>labelIds</c> PNG.</summary>
    /// <exception cref="DataFormatException">The file is not a PNG of ids, or has an id above 33.</exception>
    public static CityscapesIdMap Read(string path) => new(LabelMap.Read(path), path);

    /// <summary>The same map by train ids; what is not trained becomes 255.</summary>
    public CityscapesTrainIdMap ToTrainIds() => new(Pixels.Remap(CityscapesLabels.IdToTrainId), Source);
}

/// <summary>
/// A label map whose ids are Cityscapes train ids, 0 to 18, or 255 for what is not trained: what networks answer.
/// </summary>
internal sealed class CityscapesTrainIdMap
{
    /// <summary>Checks every id.</summary>
    /// <param name="pixels">The ids.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="DataFormatException">An id is neither 0 to 18 nor 255.</exception>
    public CityscapesTrainIdMap(LabelMap pixels, string source = "label map")
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var first = pixels.Ids.IndexOfAnyInRange((byte)CityscapesLabels.Evaluated.Count, (byte)(CityscapesLabels.IgnoredTrainId - 1));
        if (first >= 0)
        {
            throw new DataFormatException(
                $"'{source}': expected Cityscapes train ids 0 to {CityscapesLabels.Evaluated.Count - 1} or 255, "
                + $"found {pixels.Ids[first]} at ({first % pixels.Width}, {first / pixels.Width}).");
        }

        Pixels = pixels;
        Source = source;
    }

    /// <summary>The ids.</summary>
    public LabelMap Pixels { get; }

    /// <summary>Name for messages.</summary>
    public string Source { get; }

    /// <summary>Reads a <c>labelTrainIds</c> PNG.</summary>
    /// <exception cref="DataFormatException">The file is not a PNG of ids, or has an id that is not a train id.</exception>
    public static CityscapesTrainIdMap Read(string path) => new(LabelMap.Read(path), path);

    /// <summary>The same map by label ids; 255 becomes 0 (unlabeled).</summary>
    public CityscapesIdMap ToLabelIds() => new(Pixels.Remap(CityscapesLabels.TrainIdToId), Source);
}
