namespace PPLCNet.Vision;

/// <summary>
/// The base of every exception of the suite that is about data: a model, an image, a data file. Mistakes of the caller are
/// <see cref="ArgumentException"/>s, and faults of the machine the exceptions of .NET.
/// </summary>
public abstract class VisionException : Exception
{
    /// <summary>Describes the fault.</summary>
    protected VisionException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
