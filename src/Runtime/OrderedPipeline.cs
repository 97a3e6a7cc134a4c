using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// Works on many items at once and hands the results on in the order of the items; memory stays bounded however many there
/// are.
/// </summary>
internal static class OrderedPipeline
{
    /// <summary>Runs <paramref name="work"/> on at most <paramref name="workers"/> items at a time.</summary>
    /// <param name="items">Taken lazily, on a thread of their own.</param>
    /// <param name="workers">Items processed concurrently, 0 for one per core; finished ones that wait for an earlier one are
    /// bounded by four times as many.</param>
    /// <param name="work">Called on several threads.</param>
    /// <param name="drain">Ends the supply; what is being processed is finished and handed on.</param>
    /// <param name="cancellationToken">Cancels the run; it is passed to <paramref name="work"/>.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <exception cref="Exception">The first exception of <paramref name="items"/> or <paramref name="work"/>, in the order
    /// of the items.</exception>
    public static IAsyncEnumerable<TOut> RunAsync<TIn, TOut>(
        IEnumerable<TIn> items,
        int workers,
        Func<TIn, CancellationToken, TOut> work,
        CancellationToken drain = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        return Run(items, workers == 0 ? Environment.ProcessorCount : workers, work, drain, cancellationToken);
    }

    private static async IAsyncEnumerable<TOut> Run<TIn, TOut>(
        IEnumerable<TIn> items,
        int workers,
        Func<TIn, CancellationToken, TOut> work,
        CancellationToken drain,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<Task<TOut>>(workers * 4);
        var free = new SemaphoreSlim(workers);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(drain, cancelled.Token);

        // The supply may hang in a read of standard input, so nobody waits for it: closing the queue is what ends a run.
        using var closing = ended.Token.Register(() => queue.Writer.TryComplete());
        var aborted = cancelled.Token;
        _ = Task.Run(() => SupplyAsync(items, item => work(item, aborted), queue.Writer, free, ended.Token), CancellationToken.None);
        try
        {
            await foreach (var task in queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return await task.ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            // Whoever stops early leaves nothing running behind. Closed first: nothing can be queued behind the last look.
            queue.Writer.TryComplete();
            await cancelled.CancelAsync().ConfigureAwait(false);
            while (queue.Reader.TryRead(out var task))
            {
                await Task.WhenAny(task).ConfigureAwait(false);
            }
        }
    }

    private static async Task SupplyAsync<TIn, TOut>(
        IEnumerable<TIn> items, Func<TIn, TOut> work, ChannelWriter<Task<TOut>> queue, SemaphoreSlim free, CancellationToken ended)
    {
        try
        {
            foreach (var item in items)
            {
                await free.WaitAsync(ended).ConfigureAwait(false);

                // Queued before it is started: whatever runs is in the queue, and whoever ends the run waits for all that is
                // in it. A task that were started first could be dropped here, and would continue with a model that its owner
                // disposes meanwhile.
                var task = new Task<TOut>(() => Work(work, item, free), CancellationToken.None, TaskCreationOptions.DenyChildAttach);
                await queue.WriteAsync(task, ended).ConfigureAwait(false);
                task.Start(TaskScheduler.Default);
            }

            queue.TryComplete();
        }
        catch (Exception e) when (ended.IsCancellationRequested && e is OperationCanceledException or ChannelClosedException or ObjectDisposedException)
        {
            // The run has ended; what was taken last is dropped, and a resumed run takes it again.
            queue.TryComplete();
        }
        catch (Exception e)
        {
            queue.TryComplete(e);
        }
    }

    private static TOut Work<TIn, TOut>(Func<TIn, TOut> work, TIn item, SemaphoreSlim free)
    {
        try
        {
            return work(item);
        }
        finally
        {
            free.Release();
        }
    }
}
