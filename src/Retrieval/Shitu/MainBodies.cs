using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>
/// The things of an image as a detector finds them, inside the image. Thread-safe as the detector is; the detector belongs to
/// the caller.
/// </summary>
/// <param name="detector">Finds them.</param>
/// <param name="threshold">Detections at or below this score are left out, 0 to 1.</param>
internal sealed class MainBodies(IObjectDetector detector, float threshold = 0.5f)
{
    /// <summary>Finds the objects, the best detection first.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public IEnumerable<(Box Box, float Score)> Find(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        var (width, height) = (image.Width, image.Height);
        var found = detector.Detect(image, null, cancellationToken);
        timings = found.Timings;
        return found.BestFirst()
            .Where(o => o.Score > threshold)
            .Select(o => (Box: o.Box.Clip(width, height), o.Score))
            .Where(r => r.Box.Width >= 1 && r.Box.Height >= 1);
    }

    /// <summary>The part of an image that shows its best detection; the whole image where nothing is found.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public PixelBuffer CropBest(PixelBuffer image, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        (Box Box, float Score) whole = (new Box(0, 0, image.Width, image.Height), 1);
        return Crop(image, Find(image, out timings, cancellationToken).FirstOrDefault(whole).Box);
    }

    /// <summary>Cuts out whole pixels around a box that lies inside the image; a box around everything copies nothing.</summary>
    internal static PixelBuffer Crop(PixelBuffer image, Box box)
    {
        var (x0, y0) = ((int)MathF.Floor(box.X0), (int)MathF.Floor(box.Y0));
        var x1 = Math.Clamp((int)MathF.Ceiling(box.X1), x0 + 1, image.Width);
        var y1 = Math.Clamp((int)MathF.Ceiling(box.Y1), y0 + 1, image.Height);
        return (x0, y0, x1, y1) == (0, 0, image.Width, image.Height) ? image : image.View.Crop(x0, y0, x1 - x0, y1 - y0).ToBuffer();
    }
}
