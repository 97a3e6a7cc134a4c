namespace PPLCNet.Vision.Files;

/// <summary>The extensions of the images that the suite reads and writes, lower case with the dot.</summary>
internal static class ImageExtensions
{
    /// <summary>Formats that are read.</summary>
    public static IReadOnlyList<string> Read { get; } = [".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif"];

    /// <summary>Formats that are written.</summary>
    public static IReadOnlyList<string> Written { get; } = [".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".webp", ".tif", ".tiff"];
}
