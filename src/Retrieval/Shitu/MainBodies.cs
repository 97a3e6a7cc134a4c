using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Runtime;
using PPLCNet.Vision.Detection;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>The things of a picture as a detector finds them, inside the picture. Thread-safe as the detector is; the detector belongs to the caller.</summary>
/// <param name="detector">Finds them.</param>
/// <param name="threshold">Detections at or below this score are left out, 0 to 1.</param>
public sealed class MainBodies(IObjectDetector detector, float threshold = 0.5f)
{
    /// <summary>Finds the things, the best detection first.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<(Box Box, float Score)> Find(PixelView picture, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        var (width, height) = (picture.Width, picture.Height);
        return detector.Detect(picture, out timings, cancellationToken).BestFirst()
            .Where(o => o.Score > threshold)
            .Select(o => (Box: o.Box.Clip(width, height), o.Score))
            .Where(r => r.Box.Width >= 1 && r.Box.Height >= 1);
    }

    /// <summary>The part of a picture that shows its best detection; the whole picture where nothing is found.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public PixelBuffer CropBest(PixelBuffer picture, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        (Box Box, float Score) whole = (new Box(0, 0, picture.Width, picture.Height), 1);
        return Crop(picture, Find(picture, out timings, cancellationToken).FirstOrDefault(whole).Box);
    }

    /// <summary>Cuts out whole pixels around a box that lies inside the picture; a box around everything copies nothing.</summary>
    internal static PixelBuffer Crop(PixelBuffer picture, Box box)
    {
        var (x0, y0) = ((int)MathF.Floor(box.X0), (int)MathF.Floor(box.Y0));
        var x1 = Math.Clamp((int)MathF.Ceiling(box.X1), x0 + 1, picture.Width);
        var y1 = Math.Clamp((int)MathF.Ceiling(box.Y1), y0 + 1, picture.Height);
        return (x0, y0, x1, y1) == (0, 0, picture.Width, picture.Height) ? picture : picture.View.Crop(x0, y0, x1 - x0, y1 - y0).ToBuffer();
    }
}
