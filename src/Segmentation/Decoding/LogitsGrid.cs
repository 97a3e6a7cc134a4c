namespace PPLCNet.Vision.Segmentation.Decoding;

/// <summary>
/// Logits of a network on its own grid: [channels, height, width], of which the first <see cref="Classes"/> channels count.
/// </summary>
internal readonly ref struct LogitsGrid
{
    /// <summary>Looks at <paramref name="values"/> as logits.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length than channels * height *
    /// width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or there are more classes than channels or than
    /// 256.</exception>
    public LogitsGrid(ReadOnlySpan<float> values, int channels, int height, int width, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, Math.Min(channels, 256));
        if (values.Length != checked(channels * height * width))
        {
            throw new ArgumentException($"Expected {channels}x{height}x{width} logits, found {values.Length}.", nameof(values));
        }

        Values = values;
        Height = height;
        Width = width;
        Classes = classes;
    }

    /// <summary>The values, row-major.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Channels that count, from the first.</summary>
    public int Classes { get; }

    /// <summary>A row of a class.</summary>
    public ReadOnlySpan<float> Row(int @class, int y) => Values.Slice(((@class * Height) + y) * Width, Width);
}
