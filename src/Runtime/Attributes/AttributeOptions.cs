namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>What can change from call to call of an attribute recognizer.</summary>
public sealed record AttributeOptions
{
    /// <summary>The thresholds of the model.</summary>
    public static AttributeOptions Default { get; } = new();

    /// <summary>
    /// Probability above which an attribute is there, 0 to 1; null takes the model's. Thresholds that the published rules set
    /// for single attributes (glasses, things held) stay.
    /// </summary>
    public float? Threshold { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Validate()
    {
        if (Threshold is not (null or >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "Expected 0 to 1.");
        }
    }
}
