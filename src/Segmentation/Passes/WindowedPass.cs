using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation.Passes;

/// <summary>Overlapping windows over an image, their logits averaged band by band.</summary>
internal static class WindowedPass
{
    /// <summary>Segments an image larger than a window.</summary>
    public static SegmentationResult Run(SegmentationPass pass, PixelView image, PixelSize window, SegmentationOptions options)
    {
        var head = pass.Head;
        var step = options.WindowStep ?? new PixelSize(Math.Max(1, window.Width * 2 / 3), Math.Max(1, window.Height * 2 / 3));
        var rows = WindowSpan.Cover(image.Height, window.Height, step.Height);
        var columns = WindowSpan.Cover(image.Width, window.Width, step.Width);
        var (classes, width, height) = (head.Labels.Count, image.Width, image.Height);
        var sums = new WindowAccumulator(classes, width, rows[0].Length);
        var map = new LabelMap(width, height);
        var kept = options.KeepLogits ? new float[checked(classes * width * height)] : null;
        var single = new LogitsDecoder(BilinearAxis.Create(width, width), BilinearAxis.Create(1, 1));
        for (var r = 0; r < rows.Count; r++)
        {
            var row = rows[r];
            foreach (var column in columns)
            {
                pass.Run(image.Crop(column.Start, row.Start, column.Length, row.Length), scores =>
                {
                    sums.Add(row, column, scores.Decoder(head.Settings.AlignCorners), scores.Grid(classes));
                    return true;
                });
            }

            sums.Finish(r + 1 < rows.Count ? rows[r + 1].Start : height, (y, values) =>
            {
                single.ArgMax(new LogitsGrid(values, classes, 1, width, classes), map.Row(y));
                for (var c = 0; kept is not null && c < classes; c++)
                {
                    values.Slice(c * width, width).CopyTo(kept.AsSpan(((c * height) + y) * width));
                }
            });
        }

        var decoder = new LogitsDecoder(BilinearAxis.Create(width, width), BilinearAxis.Create(height, height));
        return head.Result(map, kept is null ? null : new LogitsStore(kept, classes, height, width, decoder, head.Settings.Softmax));
    }
}
