using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Labels;

/// <summary>
/// One class id per pixel, row after row. What the ids mean is the owner's business: see <see cref="CityscapesIdMap"/> for
/// maps that say so.
/// </summary>
/// <remarks>Reading from several threads is safe; writing is not.</remarks>
public sealed class LabelMap
{
    private readonly byte[] _ids;

    /// <summary>A map of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public LabelMap(int width, int height)
        : this(new byte[Length(width, height)], width, height)
    {
    }

    /// <summary>Takes over <paramref name="ids"/> without a copy.</summary>
    /// <exception cref="ArgumentException"><paramref name="ids"/> has another length than width times height.</exception>
    public LabelMap(byte[] ids, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Length != Length(width, height))
        {
            throw new ArgumentException($"A {width}x{height} label map has {Length(width, height)} ids, found {ids.Length}.", nameof(ids));
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
    public Span<byte> Ids => _ids;

    /// <summary>The id at column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    public byte this[int x, int y] => _ids[(y * Width) + x];

    /// <summary>The ids of row <paramref name="y"/>.</summary>
    public Span<byte> Row(int y) => _ids.AsSpan(y * Width, Width);

    /// <summary>
    /// Reads a PNG of ids 0 to 255 of any depth, also an interlaced one: gray, indexed (the index is the id), or RGB where every
    /// pixel is gray.
    /// </summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DataFormatException">
    /// It is not such a PNG, or is corrupt; colors and transparent pixels are not ids.
    /// </exception>
    public static LabelMap Read(string path) => LabelPng.Read(InputFile.ReadAllBytes(path), path);

    /// <summary>
    /// Writes an 8-bit PNG, whole or not at all; with a palette an indexed one, which is mask and image at once.
    /// </summary>
    public void Write(string path, Palette? palette = null) => AtomicFile.WriteAllBytes(path, LabelPng.Encode(this, palette));

    /// <summary>The map with every id looked up in a table.</summary>
    /// <exception cref="ArgumentException">The table does not have 256 entries.</exception>
    public LabelMap Remap(ReadOnlySpan<byte> table)
    {
        if (table.Length != 256)
        {
            throw new ArgumentException($"Expected 256 entries, found {table.Length}.", nameof(table));
        }

        var ids = new byte[_ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = table[_ids[i]];
        }

        return new LabelMap(ids, Width, Height);
    }

    /// <summary>
    /// The map at another size by the nearest id, source index = floor(index * source / target), as PaddleSeg resizes labels.
    /// </summary>
    public LabelMap Resize(int width, int height)
    {
        var target = new LabelMap(width, height);
        for (var y = 0; y < height; y++)
        {
            var from = Row((int)((long)y * Height / height));
            var to = target.Row(y);
            for (var x = 0; x < width; x++)
            {
                to[x] = from[(int)((long)x * Width / width)];
            }
        }

        return target;
    }

    private static int Length(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return checked(width * height);
    }
}
