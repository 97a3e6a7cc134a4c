using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Reports.Ocr;

/// <summary>An image of a report, with what was found and what should have been.</summary>
/// <param name="Path">The image.</param>
/// <param name="Truths">The truth.</param>
/// <param name="Results">What was found.</param>
/// <param name="Verdict">The caption.</param>
internal sealed record OcrReportImage(string Path, IReadOnlyList<TextPolygon> Truths, IReadOnlyList<TextPolygon> Results, string Verdict);

/// <summary>The report of an evaluation of text: images with polygons, or lines that were read wrongly.</summary>
internal static class OcrReport
{
    /// <summary>How many images a report shows.</summary>
    public const int ShownImages = 24;

    /// <summary>How many wrong lines a report shows.</summary>
    public const int ShownErrors = 60;

    /// <summary>Adds the images.</summary>
    public static void WriteImages(HtmlPage page, IReadOnlyList<OcrReportImage> images)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(images);
        page.Heading($"First {images.Count} images: truth green (grey where it does not count), results red");
        foreach (var (path, truths, results, verdict) in images)
        {
            using var canvas = new Canvas(ImageFile.Read(path));
            foreach (var truth in truths)
            {
                canvas.Polygon([.. truth.Corners], truth.IsDontCare ? new Color(150, 150, 150) : new Color(0, 200, 0));
            }

            foreach (var result in results)
            {
                canvas.Polygon([.. result.Corners], new Color(230, 0, 0));
            }

            var stem = Path.GetFileNameWithoutExtension(path);
            page.Image($"images/{stem}.jpg", canvas.ToPixelBuffer(), $"{stem}: {verdict}");
        }
    }

    /// <summary>Adds the images of lines that were read wrongly, with both texts.</summary>
    public static void WriteLines(HtmlPage page, IReadOnlyList<(string Path, string Truth, string Read)> errors)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(errors);
        page.Heading($"First {errors.Count} errors");
        foreach (var (i, (path, truth, read)) in errors.Index())
        {
            page.Image($"errors/{i:000}.png", ImageFile.Read(path), $"truth {truth}, read {read}");
        }
    }
}
