namespace PPLCNet.Vision;

/// <summary>A data file that cannot be read as what it should be: ground truth, labels, results, a gallery or an index.</summary>
/// <remarks>The message names the file, what was expected and what was found.</remarks>
public sealed class DataFormatException : VisionException
{
    /// <summary>Describes the fault.</summary>
    public DataFormatException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
