using OpenCvSharp;
using PPLCNet.Vision.Cli.Evaluation;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Search;

/// <summary>A page of inputs, each with small images of what was found. Gallery images that are gone leave their names.</summary>
internal sealed class ContactSheet
{
    private const int Side = 160;

    private readonly HtmlPage _page;
    private readonly ItemPaths _paths;
    private int _images;

    /// <summary>A page in a folder, of matches in a gallery.</summary>
    public ContactSheet(string folder, ItemPaths paths)
    {
        Directory.CreateDirectory(folder);
        _page = new HtmlPage("pplcnet search", folder);
        _paths = paths;
    }

    /// <summary>Adds an input and its matches. A page is an extra: what cannot be shown is named instead.</summary>
    public void Add(string path, ShituResult result)
    {
        _page.Heading(path);
        Image(path, "input");
        foreach (var found in result.Objects)
        {
            _page.Paragraph($"{found.Label ?? "unknown"} at ({found.Box.X0:0}, {found.Box.Y0:0}) - ({found.Box.X1:0}, {found.Box.Y1:0})");
            foreach (var match in found.Matches)
            {
                var caption = $"{match.Score:0.000} {match.Label} #{match.Id}";
                if (match.Metadata.TryGetValue(ItemPaths.Field, out var stored) && _paths.FullPathOf(stored.ToString()) is var file && File.Exists(file))
                {
                    Image(file, caption);
                }
                else
                {
                    _page.Paragraph(caption);
                }
            }
        }
    }

    /// <summary>Writes the page.</summary>
    public void Save() => _page.Save("index.html");

    private void Image(string path, string caption)
    {
        PixelBuffer image;
        try
        {
            image = ImageFile.Read(path);
        }
        catch (Exception e) when (!Failure.IsFatal(e))
        {
            // The answers matter more than the page that shows them.
            Terminal.Warn($"the report shows no '{path}': {Failure.Message(e)}");
            _page.Paragraph($"{caption} (cannot be shown: {Failure.Message(e)})");
            return;
        }

        using var full = image.View.ToMat();
        var scale = (double)Side / Math.Max(full.Width, full.Height);
        using var small = new Mat();
        Cv2.Resize(full, small, new Size(Math.Max(1, full.Width * scale), Math.Max(1, full.Height * scale)), 0, 0, InterpolationFlags.Area);
        _page.Image($"images/{_images++:0000}.jpg", small.ToPixelBuffer(), caption);
    }
}
