using System.Diagnostics;

namespace PPLCNet.Vision.Server.Queueing;

/// <summary>One image that waits for a worker.</summary>
internal abstract class WorkItem(double megapixels, CancellationToken cancellationToken)
{
    private const int Waiting = 0, Taken = 1;

    private readonly long _queued = Stopwatch.GetTimestamp();
    private int _state;

    /// <summary>Its weight.</summary>
    public double Megapixels { get; } = megapixels;

    /// <summary>Ends the work.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>How long it has waited.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(_queued);

    /// <summary>Takes the item out of the queue, for a worker or because nobody waits for it any longer; once only.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Does the work; never throws.</summary>
    public abstract void Run();

    /// <summary>Ends the item without work.</summary>
    public abstract void Refuse(Exception reason);
}

/// <summary>An image that waits, and the answer that is promised.</summary>
internal sealed class WorkItem<T>(double megapixels, Func<TimeSpan, CancellationToken, T> work, CancellationToken cancellationToken)
    : WorkItem(megapixels, cancellationToken)
{
    // Continuations run elsewhere: a worker must not write answers.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer.</summary>
    public Task<T> Answer => _answer.Task;

    /// <inheritdoc/>
    public override void Run()
    {
        try
        {
            CancellationToken.ThrowIfCancellationRequested();
            _answer.TrySetResult(work(Waited, CancellationToken));
        }
        catch (Exception e)
        {
            _answer.TrySetException(e);
        }
    }

    /// <inheritdoc/>
    public override void Refuse(Exception reason) => _answer.TrySetException(reason);
}
