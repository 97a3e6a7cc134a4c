using System.Numerics.Tensors;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation.Passes;

/// <summary>
/// Sums the logits of overlapping windows, row of windows by row of windows from top to bottom, and hands out the image's
/// rows as soon as no later window reaches them. Holds one window's height of the image's width, not the image. Not safe to
/// share between threads.
/// </summary>
internal sealed class WindowAccumulator
{
    private readonly int _classes;
    private readonly int _width;
    private readonly int _capacity;
    private readonly float[] _sum; // [rows in a ring, classes, width]
    private readonly float[] _visits; // [rows in a ring, width]
    private int _next; // first row of the image that was not handed out

    /// <summary>An empty band.</summary>
    /// <param name="classes">Channels of the logits.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="windowHeight">Height of a window.</param>
    public WindowAccumulator(int classes, int width, int windowHeight)
    {
        _classes = classes;
        _width = width;
        _capacity = windowHeight;
        _sum = new float[checked(windowHeight * classes * width)];
        _visits = new float[windowHeight * width];
    }

    /// <summary>Adds a window's logits at the image's scale.</summary>
    public void Add(WindowSpan rows, WindowSpan columns, LogitsDecoder decoder, in LogitsGrid logits) =>
        decoder.ForEachRow(logits, (y, row) =>
        {
            var slot = (rows.Start + y) % _capacity;
            for (var c = 0; c < _classes; c++)
            {
                var to = _sum.AsSpan((((slot * _classes) + c) * _width) + columns.Start, columns.Length);
                TensorPrimitives.Add(to, row.Slice(c * columns.Length, columns.Length), to);
            }

            var visits = _visits.AsSpan((slot * _width) + columns.Start, columns.Length);
            TensorPrimitives.Add(visits, 1f, visits);
        });

    /// <summary>Hands out the means of all rows above <paramref name="end"/>, [classes, width] each, and clears them.</summary>
    public void Finish(int end, LogitsDecoder.RowAction take)
    {
        for (; _next < end; _next++)
        {
            var slot = _next % _capacity;
            var row = _sum.AsSpan(slot * _classes * _width, _classes * _width);
            var visits = _visits.AsSpan(slot * _width, _width);
            for (var c = 0; c < _classes; c++)
            {
                var values = row.Slice(c * _width, _width);
                TensorPrimitives.Divide(values, visits, values);
            }

            take(_next, row);
            row.Clear();
            visits.Clear();
        }
    }
}
