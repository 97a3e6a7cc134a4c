namespace PPLCNet.Vision.Evaluation.Coco.Images;

/// <summary>
/// Counts images whose size is not the one of their truth: boxes of the one lie elsewhere in the other. Not thread-safe.
/// </summary>
internal sealed class CocoSizeCheck
{
    private int _checked;
    private int _different;
    private int _turned;
    private string _first = "";

    /// <summary>Compares one image with its truth; a truth without a size fits anything.</summary>
    public void Add(CocoImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width <= 0 || image.Height <= 0)
        {
            return;
        }

        _checked++;
        if (image.Width == width && image.Height == height)
        {
            return;
        }

        if (_different++ == 0)
        {
            _first = $"'{image.FileName}' has {width}x{height}, the truth says {image.Width}x{image.Height}";
        }

        _turned += image.Width == height && image.Height == width ? 1 : 0;
    }

    /// <summary>What the reader of figures must know about the sizes; null where every size fits.</summary>
    /// <param name="truth">Name of the truth, for the message.</param>
    public string? Warning(string truth)
    {
        if (_different == 0)
        {
            return null;
        }

        var turned = _turned == 0 ? ""
            : $" {_turned} of them have width and height exchanged, "
                + "as photos have whose EXIF orientation is applied here and not in the truth.";
        return $"'{truth}': {_different} of {_checked} images do not have the size that the truth says, so its boxes lie elsewhere: {_first}.{turned}";
    }
}
