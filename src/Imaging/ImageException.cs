namespace PPLCNet.Vision.Imaging;

/// <summary>Why an image could not be read.</summary>
internal enum ImageFault
{
    /// <summary>The bytes are not an image, or are corrupt.</summary>
    Decode,

    /// <summary>The image is larger than <see cref="ImageLimits"/> allows.</summary>
    Limit,
}

/// <summary>An image that cannot be read; the message names the file, what was expected and what was found.</summary>
public sealed class ImageException : VisionException
{
    /// <summary>Describes the fault.</summary>
    internal ImageException(ImageFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Why the image could not be read.</summary>
    internal ImageFault Fault { get; }

    /// <summary>Whether the image is larger than <see cref="ImageLimits"/> allows; otherwise its bytes are not an image or are
    /// corrupt.</summary>
    public bool ExceedsLimit => Fault == ImageFault.Limit;
}
