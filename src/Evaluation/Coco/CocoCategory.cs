using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Evaluation.Coco.Reading;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>A class of objects.</summary>
/// <param name="Id">Its id in the truth file.</param>
/// <param name="Name">Its name.</param>
public sealed record CocoCategory(long Id, string Name)
{
    /// <summary>
    /// The id as the file has it where it is text or beyond 64 bits, and <see cref="Id"/> a number that stands for it; else null.
    /// </summary>
    public string? IdText => Foreign?.Text;

    internal ForeignId? Foreign { get; init; }

    /// <summary>How frequent it is, where the data set says.</summary>
    internal CategoryFrequency Frequency { get; init; }
}

/// <summary>An image of the truth.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Width">Width in pixels, 0 where the file does not say.</param>
/// <param name="Height">Height in pixels, 0 where the file does not say.</param>
/// <param name="FileName">File name, empty where the file does not say.</param>
public sealed record CocoImage(long Id, int Width, int Height, string FileName)
{
    /// <summary>
    /// The id as the file has it where it is text or beyond 64 bits, and <see cref="Id"/> a number that stands for it; else null.
    /// </summary>
    public string? IdText => Foreign?.Text;

    internal ForeignId? Foreign { get; init; }

    /// <summary>What it tells about categories, in a federated data set; else null.</summary>
    internal FederatedLabels? Labels { get; init; }
}
