using System.Globalization;

namespace PPLCNet.Vision;

/// <summary>A width and a height in pixels, written <c>640x480</c>.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
public readonly record struct PixelSize(int Width, int Height)
{
    /// <summary>Reads <c>WxH</c>, both from 1 on.</summary>
    public static bool TryParse(string? text, out PixelSize size)
    {
        if (text?.Split('x') is [var w, var h]
            && int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && width > 0 && height > 0)
        {
            size = new PixelSize(width, height);
            return true;
        }

        size = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Width}x{Height}";
}
