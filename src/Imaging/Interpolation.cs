namespace PPLCNet.Vision.Imaging;

/// <summary>How an image is scaled. All have half-pixel centers. The first four equal OpenCV's methods on 8-bit pixels.</summary>
public enum Interpolation
{
    /// <summary>2x2 linear weights (<c>INTER_LINEAR</c>), no antialiasing.</summary>
    Bilinear,

    /// <summary>
    /// 4x4 cubic weights with a = -0.75 (<c>INTER_CUBIC</c>), no antialiasing, the result rounded and saturated to 8 bits.
    /// </summary>
    Bicubic,

    /// <summary>Mean of the covered pixels (<c>INTER_AREA</c>).</summary>
    Area,

    /// <summary>8x8 windowed sinc (<c>INTER_LANCZOS4</c>).</summary>
    Lanczos,

    /// <summary>
    /// Cubic weights with a = -0.5 over a support that grows with the reduction, as Pillow's <c>BICUBIC</c> and torchvision with
    /// <c>antialias</c>: networks trained on either expect it.
    /// </summary>
    BicubicAntialiased,
}
