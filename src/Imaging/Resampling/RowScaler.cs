namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>
/// Scales one row of pixels along x into three planes, one per channel of the tensor. Linear planes hold 16-bit values, the sum
/// of weight times pixel divided by 16; cubic planes hold the sums themselves as 32-bit values.
/// </summary>
internal unsafe partial struct RowScaler
{
    /// <summary>Columns.</summary>
    public int Width;

    /// <summary>Values from one plane to the next: <see cref="Width"/> up to a multiple of 16.</summary>
    public int Plane;

    /// <summary>2 (linear) or 4 (cubic).</summary>
    public int Taps;

    /// <summary>Bytes of one pixel.</summary>
    public int PixelBytes;

    /// <summary>Byte of a pixel that each plane takes.</summary>
    public fixed byte Channel[3];

    /// <summary>Pixels of the source row.</summary>
    public int SourceWidth;

    /// <summary>Pixel of each column's first tap, ascending; it and its followers may lie outside the row.</summary>
    public int* First;

    /// <summary>The same as an offset in bytes.</summary>
    public int* Offsets;

    /// <summary><see cref="Taps"/> weights a column.</summary>
    public short* Weights;

    /// <summary>Columns whose taps all lie inside the row, or have no weight outside.</summary>
    public int InsideFrom, InsideTo;

    /// <summary>First byte of each <see cref="Group"/> of columns.</summary>
    public int* Bases;

    /// <summary>Byte permutation of each group, 16 elements.</summary>
    public uint* Picks;

    /// <summary>
    /// Whether every group lies within reach, <see cref="Bases"/> and <see cref="Picks"/> are filled, and the vectors are
    /// there.
    /// </summary>
    public bool IsDense;

    /// <summary>Scales a row.</summary>
    /// <param name="level">Vectors to work with.</param>
    /// <param name="row">Its first pixel.</param>
    /// <param name="available">Bytes that may be read from there on.</param>
    /// <param name="planes">Receives three planes of <see cref="Plane"/> values, of which <see cref="Width"/> count.</param>
    public readonly void Run(SimdLevel level, byte* row, long available, void* planes)
    {
        if (IsDense)
        {
            Dense512(row, (short*)planes);
            return;
        }

        // A vector reads 8 (linear) or 16 (cubic) bytes a column, more than its taps take.
        var (from, to) = (InsideFrom, InsideTo);
        while (to > from && Offsets[to - 1] + (4 * Taps) > available)
        {
            to--;
        }

        if (level == SimdLevel.Scalar || to - from < Lanes(level))
        {
            Scalar(row, planes, 0, Width);
            return;
        }

        Scalar(row, planes, 0, from);
        Scalar(row, planes, to, Width);
        switch (level)
        {
            case SimdLevel.Vector512 when Taps == 2:
                Linear512(row, (short*)planes, from, to);
                break;
            case SimdLevel.Vector512:
                Cubic512(row, (int*)planes, from, to);
                break;
            case SimdLevel.Vector256 when Taps == 2:
                Linear256(row, (short*)planes, from, to);
                break;
            case SimdLevel.Vector256:
                Cubic256(row, (int*)planes, from, to);
                break;
            case SimdLevel.Vector128 when Taps == 2:
                Linear128(row, (short*)planes, from, to);
                break;
            default:
                Cubic128(row, (int*)planes, from, to);
                break;
        }
    }

    private static int Lanes(SimdLevel level) => level switch { SimdLevel.Vector512 => 16, SimdLevel.Vector256 => 8, _ => 4 };

    private readonly void Scalar(byte* row, void* planes, int from, int to)
    {
        for (var x = from; x < to; x++)
        {
            for (var c = 0; c < 3; c++)
            {
                var sum = 0;
                for (var t = 0; t < Taps; t++)
                {
                    var pixel = Math.Clamp(First[x] + t, 0, SourceWidth - 1);
                    sum += row[(pixel * PixelBytes) + Channel[c]] * Weights[(x * Taps) + t];
                }

                if (Taps == 2)
                {
                    ((short*)planes)[(c * Plane) + x] = (short)(sum >> 4);
                }
                else
                {
                    ((int*)planes)[(c * Plane) + x] = sum;
                }
            }
        }
    }
}
