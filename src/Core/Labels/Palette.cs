using System.Globalization;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Labels;

/// <summary>A color for every class id. Immutable.</summary>
public sealed class Palette
{
    /// <summary>A palette of these colors; ids beyond them are black.</summary>
    /// <exception cref="ArgumentException">More than 256 colors.</exception>
    public Palette(IEnumerable<Color> colors)
    {
        Colors = [.. colors];
        if (Colors.Count > 256)
        {
            throw new ArgumentException($"A palette has at most 256 colors, found {Colors.Count}.", nameof(colors));
        }
    }

    /// <summary>The colors by class id.</summary>
    public IReadOnlyList<Color> Colors { get; }

    /// <summary>
    /// PASCAL VOC's bit-interleaved colors without the black first one, the default of PaddleSeg: class i has VOC's color i + 1.
    /// </summary>
    public static Palette Voc { get; } = new(Enumerable.Range(1, 255).Select(VocColor));

    /// <summary>Cityscapes' colors of the 19 train ids.</summary>
    public static Palette CityscapesTrainIds { get; } =
        new(CityscapesLabels.Evaluated.Select(l => l.Color));

    /// <summary>
    /// CamVid's colors of the 11 classes in the order sky, building, pole, road, pavement, tree, sign, fence, car,
    /// pedestrian, bicyclist, then void.
    /// </summary>
    public static Palette CamVid { get; } = new(
    [
        new(128, 128, 128), new(128, 0, 0), new(192, 192, 128), new(128, 64, 128), new(60, 40, 222), new(128, 128, 0),
        new(192, 128, 128), new(64, 64, 128), new(64, 0, 128), new(64, 64, 0), new(0, 128, 192), new(0, 0, 0),
    ]);

    /// <summary>The color of an id; black beyond the palette.</summary>
    public Color this[int id] => id < Colors.Count ? Colors[id] : Color.Black;

    /// <summary>The palettes that manifests can name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["voc", "camvid", "cityscapes"];

    /// <summary>
    /// Reads a text file of colors, one per line in the order of the class ids: <c>#rrggbb</c> or <c>r g b</c> (0 to 255, also
    /// with commas).
    /// </summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DataFormatException">A line is not a color, there is none, or there are more than 256.</exception>
    public static Palette Read(string path)
    {
        var colors = new List<Color>();
        var number = 0;
        foreach (var line in Utf8File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            colors.Add(ParseColor(line.Trim()) ?? throw new DataFormatException(
                $"'{path}', line {number}: expected a color '#rrggbb' or 'r g b', "
                + $"found '{(line.Length > 40 ? line[..40] : line)}'."));
            if (colors.Count > 256)
            {
                throw new DataFormatException($"'{path}': expected at most 256 colors, found more.");
            }
        }

        return colors.Count > 0 ? new Palette(colors)
            : throw new DataFormatException($"'{path}': expected one color per line, found none.");
    }

    /// <summary>A palette by its name in a manifest: <c>voc</c>, <c>camvid</c> or <c>cityscapes</c> (train ids).</summary>
    /// <exception cref="ArgumentException">The palette does not exist.</exception>
    public static Palette Named(string name) =>
        Find(name) ?? throw new ArgumentException($"Expected the palette {string.Join(", ", Names)}, found '{name}'.", nameof(name));

    /// <summary>A palette by its name; null where there is none of this name.</summary>
    internal static Palette? Find(string name) => name switch
    {
        "voc" => Voc,
        "camvid" => CamVid,
        "cityscapes" => CityscapesTrainIds,
        _ => null,
    };

    private static Color? ParseColor(string text)
    {
        if (text.StartsWith('#'))
        {
            return text.Length == 7
                && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)
                ? new Color((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb)
                : null;
        }

        static bool Channel(string part, out byte value) =>
            byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var r, var g, var b]
            && Channel(r, out var red) && Channel(g, out var green) && Channel(b, out var blue)
            ? new Color(red, green, blue)
            : null;
    }

    private static Color VocColor(int value)
    {
        int r = 0, g = 0, b = 0;
        for (var bit = 7; value > 0; bit--, value >>= 3)
        {
            r |= (value & 1) << bit;
            g |= ((value >> 1) & 1) << bit;
            b |= ((value >> 2) & 1) << bit;
        }

        return new Color((byte)r, (byte)g, (byte)b);
    }
}
