using System.Buffers;

namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>
/// Resize, normalize and HWC to CHW in one pass: each source row that is needed is scaled along x once, into planes that stay in
/// the cache, and output rows are blended from them straight into the tensor. Allocates nothing but pooled memory.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal sealed class FusedResampler
{
    private const int Alignment = 64;

    private readonly int _taps;
    private readonly ChannelOrder _order;
    private readonly float[] _factors;
    private readonly float[] _shifts;
    private readonly SimdLevel _level;

    /// <summary>Prepares for one model.</summary>
    /// <param name="spec">Channel order and normalization.</param>
    /// <param name="isCubic">Whether four taps are taken on each axis instead of two.</param>
    /// <param name="level">Vectors to work with; null takes the widest.</param>
    public FusedResampler(Preprocess spec, bool isCubic, SimdLevel? level = null)
    {
        _taps = isCubic ? 4 : 2;
        _order = spec.Channels;
        _level = level ?? Simd.Best;
        _factors = [.. spec.Std.Select(std => spec.Scale / std)];
        _shifts = [.. spec.Mean.Zip(spec.Std, (mean, std) => mean / std)];
    }

    /// <summary>Writes the tensor, [3, TensorHeight, TensorWidth].</summary>
    public unsafe void Run(PixelView pixels, in ResizePlan plan, Span<float> tensor)
    {
        var source = pixels.Crop(plan.SourceX, plan.SourceY, plan.SourceWidth, plan.SourceHeight);
        var height = plan.WindowHeight;
        var columns = (plan.WindowWidth + 15) & ~15; // Whole vectors.
        var groups = columns / RowScaler.Group;
        var planeBytes = columns * (_taps == 2 ? sizeof(short) : sizeof(int));
        var tableBytes = ((4 * columns) + groups + height) * sizeof(int);
        tableBytes += (columns + height) * _taps * sizeof(short);
        var scratch = ArrayPool<byte>.Shared.Rent(tableBytes + (_taps * 3 * planeBytes) + Alignment);
        try
        {
            fixed (byte* start = scratch, data = source.Data)
            fixed (float* target = tensor)
            {
                var memory = (byte*)(((nint)start + Alignment - 1) & -Alignment);
                var picks = (uint*)memory;
                var weightsX = (short*)(picks + (2 * columns));
                var firstX = (int*)(weightsX + (_taps * columns));
                var offsetsX = firstX + columns;
                var bases = offsetsX + columns;
                var firstY = bases + groups;
                var weightsY = (short*)(firstY + height);
                ResampleAxis.Fill(source.Width, plan.ResizedWidth, plan.WindowX, _taps, true, new(firstX, columns), new(weightsX, _taps * columns));
                ResampleAxis.Fill(source.Height, plan.ResizedHeight, plan.WindowY, _taps, false, new(firstY, height), new(weightsY, _taps * height));
                var rows = CreateRowScaler(source, firstX, offsetsX, weightsX, plan.WindowWidth, columns);
                if (_level == SimdLevel.Vector512)
                {
                    rows.Bases = bases;
                    rows.Picks = picks;
                    rows.Densify();
                }

                // From half the height down no source row serves two rows of the tensor, so that none need be kept.
                if (rows.IsDense && source.Height >= 2 * plan.ResizedHeight)
                {
                    BlendPairs(source, data, rows, firstY, weightsY, plan, target);
                }
                else
                {
                    Blend(source, data, rows, firstY, weightsY, memory + tableBytes, planeBytes, plan, target);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        Pad(plan, tensor);
    }

    private unsafe RowScaler CreateRowScaler(PixelView source, int* first, int* offsets, short* weights, int width, int columns)
    {
        var (red, green, blue) = source.Format.ChannelOffsets();
        var rows = new RowScaler
        {
            Width = width,
            Plane = columns,
            Taps = _taps,
            PixelBytes = source.Format.BytesPerPixel(),
            SourceWidth = source.Width,
            First = first,
            Offsets = offsets,
            Weights = weights,
            InsideTo = width,
        };
        rows.Channel[0] = (byte)(_order == ChannelOrder.Rgb ? red : blue);
        rows.Channel[1] = (byte)green;
        rows.Channel[2] = (byte)(_order == ChannelOrder.Rgb ? blue : red);

        for (var x = 0; x < columns; x++)
        {
            offsets[x] = first[x] * rows.PixelBytes;
        }

        // A linear column at the right edge has its second tap outside, without weight.
        while (rows.InsideFrom < width && first[rows.InsideFrom] < 0)
        {
            rows.InsideFrom++;
        }

        while (_taps == 4 && rows.InsideTo > 0 && first[rows.InsideTo - 1] + _taps > source.Width)
        {
            rows.InsideTo--;
        }

        return rows;
    }

    private unsafe void BlendPairs(PixelView source, byte* data, in RowScaler rows, int* firstY, short* weightsY, in ResizePlan plan, float* target)
    {
        fixed (float* factors = _factors, shifts = _shifts)
        {
            var plane = (long)plan.TensorHeight * plan.TensorWidth;
            for (var y = 0; y < plan.WindowHeight; y++)
            {
                var upper = data + ((long)Math.Clamp(firstY[y], 0, source.Height - 1) * source.Stride);
                var lower = data + ((long)Math.Clamp(firstY[y] + 1, 0, source.Height - 1) * source.Stride);
                var to = target + ((long)(y + plan.OffsetY) * plan.TensorWidth) + plan.OffsetX;
                rows.Blend512(upper, lower, weightsY + (2 * y), factors, shifts, to, plane);
            }
        }
    }

    private unsafe void Blend(
        PixelView source, byte* data, in RowScaler rows, int* firstY, short* weightsY, byte* planes, int planeBytes, in ResizePlan plan, float* target)
    {
        // The source rows whose scaled planes are at hand: row r is kept in slot r modulo the number of taps.
        var kept = stackalloc int[4];
        new Span<int>(kept, 4).Fill(-1);
        var taken = stackalloc byte*[4];
        var blended = stackalloc byte*[4];
        for (var y = 0; y < plan.WindowHeight; y++)
        {
            for (var t = 0; t < _taps; t++)
            {
                var row = Math.Clamp(firstY[y] + t, 0, source.Height - 1);
                var slot = row & (_taps - 1);
                taken[t] = planes + (slot * 3 * planeBytes);
                if (kept[slot] != row)
                {
                    kept[slot] = row;
                    var start = (long)row * source.Stride;
                    rows.Run(_level, data + start, source.Data.Length - start, taken[t]);
                }
            }

            var weights = weightsY + (_taps * y);
            for (var c = 0; c < 3; c++)
            {
                var to = target + ((((long)c * plan.TensorHeight) + y + plan.OffsetY) * plan.TensorWidth) + plan.OffsetX;
                for (var t = 0; t < _taps; t++)
                {
                    blended[t] = taken[t] + (c * planeBytes);
                }

                if (_taps == 2)
                {
                    ColumnScaler.Linear(_level, (short*)blended[0], (short*)blended[1], weights, _factors[c], _shifts[c], to, plan.WindowWidth);
                }
                else
                {
                    ColumnScaler.Cubic(_level, (int**)blended, weights, _factors[c], _shifts[c], to, plan.WindowWidth);
                }
            }
        }
    }

    /// <summary>Fills what the window leaves of the tensor.</summary>
    private void Pad(in ResizePlan plan, Span<float> tensor)
    {
        var (width, height) = (plan.TensorWidth, plan.TensorHeight);
        if (plan.WindowWidth == width && plan.WindowHeight == height)
        {
            return;
        }

        var bottom = plan.OffsetY + plan.WindowHeight;
        var right = plan.OffsetX + plan.WindowWidth;
        for (var c = 0; c < 3; c++)
        {
            var value = plan.PadPixel is { } pad ? (pad * _factors[c]) - _shifts[c] : 0f;
            var plane = tensor.Slice(c * width * height, width * height);
            plane[..(plan.OffsetY * width)].Fill(value);
            plane[(bottom * width)..].Fill(value);
            for (var y = plan.OffsetY; y < bottom; y++)
            {
                plane.Slice(y * width, plan.OffsetX).Fill(value);
                plane[((y * width) + right)..((y + 1) * width)].Fill(value);
            }
        }
    }
}
