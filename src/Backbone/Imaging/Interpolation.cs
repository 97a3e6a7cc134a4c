namespace PPLCNet.Vision.Backbone.Imaging;

/// <summary>How a picture is scaled. Each equals OpenCV's method of that name on 8-bit pixels: half-pixel centres, no antialiasing.</summary>
public enum Interpolation
{
    /// <summary>2x2 linear weights (<c>INTER_LINEAR</c>).</summary>
    Bilinear,

    /// <summary>4x4 cubic weights with a = -0.75 (<c>INTER_CUBIC</c>), the result rounded and saturated to 8 bits.</summary>
    Bicubic,

    /// <summary>Mean of the covered pixels (<c>INTER_AREA</c>).</summary>
    Area,

    /// <summary>8x8 windowed sinc (<c>INTER_LANCZOS4</c>).</summary>
    Lanczos,
}
