namespace PPLCNet.Vision.Imaging;

/// <summary>The codecs of this machine.</summary>
internal static class ImageCodecs
{
    /// <summary>Names the codec to use, <c>opencv</c> or <c>imagesharp</c>, instead of the best.</summary>
    public const string Variable = "PPLCNET_CODEC";

    private static readonly Lazy<IImageCodec> _default = new(() => Choose(Environment.GetEnvironmentVariable(Variable), OpenCvCodec.LoadFailure is null));

    /// <summary>OpenCV where its native library loads, else ImageSharp.</summary>
    public static IImageCodec Default => _default.Value;

    /// <summary>The codec that is asked for, otherwise the best that loads.</summary>
    internal static IImageCodec Choose(string? name, bool openCvLoads) => name?.ToLowerInvariant() switch
    {
        "opencv" => new OpenCvCodec(),
        "imagesharp" => new ImageSharpCodec(),
        null or "" => openCvLoads ? new OpenCvCodec() : new ImageSharpCodec(),
        _ => throw new ArgumentException($"${Variable}: expected 'opencv' or 'imagesharp', found '{name}'.", nameof(name)),
    };
}
