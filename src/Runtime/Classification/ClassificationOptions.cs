namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>What can change from call to call of a classifier.</summary>
public sealed record ClassificationOptions
{
    /// <summary>The five best classes.</summary>
    public static ClassificationOptions Default { get; } = new();

    /// <summary>How many classes to report, at least 1; more than the model has means all.</summary>
    public int Top { get; init; } = 5;

    /// <summary>Classes below this score are left out, 0 to 1.</summary>
    public float MinScore { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Top, 1);
        if (!(MinScore >= 0 && MinScore <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(MinScore), MinScore, "Expected 0 to 1.");
        }
    }
}
