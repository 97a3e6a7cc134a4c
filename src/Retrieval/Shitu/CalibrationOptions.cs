namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>How <see cref="ThresholdCalibration"/> learns.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Share of strangers that may pass, 0 to 1.</summary>
    public double FalseAcceptRate { get; init; } = 0.01;

    /// <summary>
    /// Share of the gallery's own things that shall pass, 0 to 1, whatever <see cref="FalseAcceptRate"/> asks for: labels that
    /// look alike would
    /// otherwise pass for strangers and raise the threshold until nothing is named. 0 leaves the rate alone to decide. Not used
    /// with
    /// <see cref="Strangers"/>.
    /// </summary>
    public double LeastKnownRate { get; init; } = 0.9;

    /// <summary>Vectors of things that are not in the gallery; a few hundred, as they will be met. None: the gallery's labels
    /// stand in for them.</summary>
    public IReadOnlyList<ReadOnlyMemory<float>> Strangers { get; init; } = [];

    /// <summary>Items to look at, evenly spread over the ids.</summary>
    public int MaxItems { get; init; } = 2000;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxItems, 2);
        foreach (var (name, rate) in ((string, double)[])[("false-accept rate", FalseAcceptRate), ("minimum rate of known objects", LeastKnownRate)])
        {
            if (rate is not (>= 0 and <= 1))
            {
                throw new ArgumentException($"Expected a {name} from 0 to 1, found {rate}.", nameof(rate));
            }
        }
    }
}
