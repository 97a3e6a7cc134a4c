namespace PPLCNet.Vision;

/// <summary>A color to draw with; <see cref="A"/> 255 is opaque, 0 invisible.</summary>
public readonly record struct Color(byte R, byte G, byte B, byte A = 255)
{
    /// <summary>Black.</summary>
    public static Color Black { get; } = new(0, 0, 0);

    /// <summary>White.</summary>
    public static Color White { get; } = new(255, 255, 255);

    /// <summary>Black or white, whichever is easier to read on this color.</summary>
    public Color Contrast => (R * 299) + (G * 587) + (B * 114) > 140_000 ? Black : White;

    /// <summary>The same color, less opaque.</summary>
    /// <param name="opacity">0 (invisible) to 1 (opaque).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="opacity"/> is outside 0..1.</exception>
    public Color WithOpacity(double opacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(opacity, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
        return this with { A = (byte)Math.Round(opacity * 255) };
    }

    /// <summary>
    /// A bright color for class <paramref name="id"/>, the same on every run; neighbors in number differ in hue.
    /// </summary>
    public static Color ForClass(int id)
    {
        // Hues a golden angle apart never repeat and never come close for neighboring ids.
        var hue = ((((long)id * 137_508) % 360_000) + 360_000) % 360_000 / 60_000.0;
        var value = 255 - ((((id % 3) + 3) % 3) * 35);
        var low = value * 0.2;
        var rise = low + ((value - low) * (hue - Math.Floor(hue)));
        var fall = value - ((value - low) * (hue - Math.Floor(hue)));
        var (r, g, b) = (int)hue switch
        {
            0 => (value, rise, low),
            1 => (fall, value, low),
            2 => (low, value, rise),
            3 => (low, fall, value),
            4 => (rise, low, value),
            _ => ((double)value, low, fall),
        };
        return new Color((byte)r, (byte)g, (byte)b);
    }
}
