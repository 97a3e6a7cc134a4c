namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>Formats that are read.</summary>
internal enum ImageFormat
{
    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>WebP.</summary>
    WebP,

    /// <summary>TIFF.</summary>
    Tiff,

    /// <summary>GIF; its first frame.</summary>
    Gif,
}
