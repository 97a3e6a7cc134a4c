namespace PPLCNet.Vision.Server.Requests;

/// <summary>Ends the work of a request when its time is up or its client is gone.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source;

    /// <summary>Starts the clock.</summary>
    public Deadline(TimeSpan limit, CancellationToken aborted)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        _source.CancelAfter(limit);
    }

    /// <summary>Cancelled at the end.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
