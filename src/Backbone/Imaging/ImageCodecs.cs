namespace PPLCNet.Vision.Backbone.Imaging;

/// <summary>The codecs of this machine.</summary>
public static class ImageCodecs
{
    /// <summary>OpenCV where its native library loads.</summary>
    public static IImageCodec Default { get; } = new OpenCvCodec();
}
