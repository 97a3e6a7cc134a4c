using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Labels;

/// <summary>
/// One instance id per pixel, as in Cityscapes' <c>instanceIds</c>: <c>label id * 1000 + number</c> for an instance, the
/// plain label id for everything else (groups included).
/// </summary>
internal sealed class InstanceMap
{
    private readonly ushort[] _ids;

    /// <summary>Takes over <paramref name="ids"/> without a copy.</summary>
    /// <exception cref="ArgumentException"><paramref name="ids"/> has another length than width times height.</exception>
    public InstanceMap(ushort[] ids, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (ids.Length != width * height)
        {
            throw new ArgumentException($"A {width}x{height} instance map has {width * height} ids, found {ids.Length}.", nameof(ids));
        }

        _ids = ids;
        Width = width;
        Height = height;
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All ids, row after row.</summary>
    public ReadOnlySpan<ushort> Ids => _ids;

    /// <summary>Reads a gray PNG of 16 bits or fewer.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DataFormatException">It is not such a PNG.</exception>
    public static InstanceMap Read(string path) => LabelPng.ReadInstances(InputFile.ReadAllBytes(path), path);
}
