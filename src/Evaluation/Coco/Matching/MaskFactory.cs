using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>
/// Makes the masks of annotations and detections on several threads; the error of the first invalid row is thrown.
/// </summary>
internal static class MaskFactory
{
    public static RleMask?[] OfTruth(CocoGroundTruth truth, int[] categories, int threads)
    {
        var annotations = truth.Annotations;
        return Make(categories, threads, i =>
        {
            var image = truth.Images[annotations.Image[i]];
            var outline = annotations.Outline[i] ?? throw new DataFormatException(
                "no segmentation is known; masks need ground truth that was loaded for masks");
            return outline.ToMask(image.Height, image.Width);
        }, i => $"'{truth.Source}': annotation {annotations.Id[i]}");
    }

    public static RleMask?[] OfResults(CocoGroundTruth truth, CocoResults results, int[] images, int[] categories, int threads) =>
        Make(categories, threads, i =>
        {
            var image = truth.Images[images[i]];
            var row = results.Rows[i];
            return results.Outline(row) is { } outline
                ? outline.ToMask(image.Height, image.Width)
                : image.Height > 0 && image.Width > 0
                    ? RleMask.FromBox(image.Height, image.Width, row.Box)
                    : throw new DataFormatException("a box as mask needs the image's width and height, which the ground truth does not state");
        }, i => $"'{results.Source}': detection {i} (0-based) of image {results.Rows[i].Image}");

    private static RleMask?[] Make(int[] categories, int threads, Func<int, RleMask> make, Func<int, string> name)
    {
        var masks = new RleMask?[categories.Length];
        var faults = new DataFormatException?[categories.Length];
        Parallel.For(0, masks.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            try
            {
                masks[i] = categories[i] >= 0 ? make(i) : null;
            }
            catch (DataFormatException e)
            {
                faults[i] = e;
            }
        });
        var first = Array.FindIndex(faults, f => f is not null);
        return first < 0 ? masks : throw new DataFormatException($"{name(first)}: {faults[first]!.Message}.", faults[first]);
    }
}
