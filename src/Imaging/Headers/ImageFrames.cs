namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>Files that hold several images; decoders here read the first.</summary>
internal static class ImageFrames
{
    /// <summary>Counts the pages of a TIFF or the frames of a GIF or WebP; 1 for every other file.</summary>
    public static int Count(ReadOnlySpan<byte> encoded) => Math.Max(
        1,
        TiffHeader.Matches(encoded) ? TiffHeader.Pages(encoded)
        : WebPHeader.Matches(encoded) ? WebPHeader.Frames(encoded)
        : GifHeader.Matches(encoded) ? GifHeader.Frames(encoded)
        : 1);
}
