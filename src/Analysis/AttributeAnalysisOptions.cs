using PPLCNet.Vision.Runtime.Attributes;

namespace PPLCNet.Vision.Analysis;

/// <summary>What can change from call to call of an attribute analyzer.</summary>
public sealed record AttributeAnalysisOptions
{
    /// <summary>Detections above 0.4, the thresholds of the model of attributes.</summary>
    public static AttributeAnalysisOptions Default { get; } = new();

    /// <summary>Only detections above this score are looked at, 0 to 1.</summary>
    public float Score { get; init; } = 0.4f;

    /// <summary>Options of the recognizer.</summary>
    public AttributeOptions Attributes { get; init; } = AttributeOptions.Default;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Validate()
    {
        if (Score is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Score), Score, "Expected 0 to 1.");
        }

        Attributes.Validate();
    }
}
