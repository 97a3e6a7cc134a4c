namespace PPLCNet.Vision;

/// <summary>
/// A model, manifest, dictionary, weights file or index that is missing or does not fit; says what was expected and what was
/// found.
/// </summary>
public sealed class ModelFormatException : VisionException
{
    /// <summary>Describes the mismatch.</summary>
    /// <param name="subject">The file or model.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="found">What was found.</param>
    /// <param name="inner">The cause, where another exception showed it.</param>
    public ModelFormatException(string subject, string expected, string found, Exception? inner = null)
        : base($"'{subject}': expected {expected}; found {found}.", inner)
    {
        Subject = subject;
        Expected = expected;
        Found = found;
    }

    /// <summary>The file or model.</summary>
    public string Subject { get; }

    /// <summary>What was expected.</summary>
    public string Expected { get; }

    /// <summary>What was found.</summary>
    public string Found { get; }
}
