namespace PPLCNet.Vision.Cli.Images;

/// <summary>The inputs of a run that failed, counted by what was at fault. Not thread-safe.</summary>
internal sealed class FailureTally
{
    private readonly HashSet<string> _kinds = [];

    /// <summary>How many failed.</summary>
    public int Count { get; private set; }

    /// <summary>Counts one.</summary>
    /// <param name="kind">See <see cref="Failure.Kind"/>; null where an earlier run did not tell.</param>
    public void Add(string? kind)
    {
        Count++;
        _kinds.Add(kind ?? "internal");
    }

    /// <summary>Whether <c>--allow-failures</c> forgives them: they are the images' own and not the model's.</summary>
    /// <param name="hasAnswers">
    /// Whether any input was answered; where none was, files that cannot be read tell of a folder that is not there.
    /// </param>
    public bool AreOfInputs(bool hasAnswers) =>
        _kinds.All(k => k is "decode" or "limit" || (hasAnswers && k is "io" or "data"));
}
