namespace PPLCNet.Vision.Backbone.Imaging;

/// <summary>Why a picture could not be read.</summary>
public enum ImageFault
{
    /// <summary>The bytes are no picture, or a broken one.</summary>
    Decode,

    /// <summary>The picture is larger than <see cref="ImageLimits"/> allows.</summary>
    Limit,
}

/// <summary>A picture that cannot be read; the message names the file, what was expected and what was found.</summary>
public sealed class ImageException : Exception
{
    /// <summary>Describes the fault.</summary>
    public ImageException(ImageFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Why the picture could not be read.</summary>
    public ImageFault Fault { get; }
}
