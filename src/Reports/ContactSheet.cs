using OpenCvSharp;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Reports;

/// <summary>Small images of files on a page. An image that cannot be read leaves its caption. Not thread-safe.</summary>
/// <param name="page">The page; its title, headings and paragraphs belong to the caller.</param>
/// <param name="side">Longer side of a small image in pixels.</param>
internal sealed class ContactSheet(HtmlPage page, int side = 160)
{
    private int _images;

    /// <summary>The page.</summary>
    public HtmlPage Page => page;

    /// <summary>Adds a small image of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="caption">Text below it.</param>
    /// <returns>Why the image is not on the page; null where it is.</returns>
    public Exception? Add(string path, string caption)
    {
        PixelBuffer image;
        try
        {
            image = ImageFile.Read(path);
        }
        catch (Exception e) when (e is ImageException or DataFormatException or IOException or UnauthorizedAccessException)
        {
            page.Paragraph($"{caption} (cannot be shown: {e.Message.Split('\n', 2)[0].TrimEnd()})");
            return e;
        }

        page.Image($"images/{_images++:0000}.jpg", Shrink(image), caption);
        return null;
    }

    private PixelBuffer Shrink(PixelBuffer image)
    {
        using var full = image.View.ToMat();
        var scale = (double)side / Math.Max(full.Width, full.Height);
        using var small = new Mat();
        Cv2.Resize(full, small, new Size(Math.Max(1, full.Width * scale), Math.Max(1, full.Height * scale)), 0, 0, InterpolationFlags.Area);
        return small.ToPixelBuffer();
    }
}
