using System.Threading.Channels;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>Works on many items at once and hands the results on in the order of the items.</summary>
internal static class OrderedPipeline
{
    /// <summary>Runs <paramref name="work"/> on at most <paramref name="workers"/> items at a time.</summary>
    /// <param name="items">Taken lazily, on a thread of their own.</param>
    /// <param name="workers">Items in work at once; finished ones that wait for an earlier one are bounded by four times as many.</param>
    /// <param name="work">Called on several threads.</param>
    /// <param name="accept">Called on one thread, in order.</param>
    /// <param name="stop">Ends the supply; what is in work is finished and accepted.</param>
    /// <exception cref="Exception">The first exception of <paramref name="work"/> or <paramref name="accept"/>, in the order of the items.</exception>
    public static async Task RunAsync<TIn, TOut>(
        IEnumerable<TIn> items, int workers, Func<TIn, TOut> work, Action<TOut> accept, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ThreadPool.GetMinThreads(out var minThreads, out var minIo);
        ThreadPool.SetMinThreads(Math.Max(minThreads, workers + 2), minIo);
        var queue = Channel.CreateBounded<Task<TOut>>(workers * 4);
        var free = new SemaphoreSlim(workers);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);

        // The supply may hang in a read of standard input, so nobody waits for it: closing the queue is what ends a run.
        using var closing = ended.Token.Register(() => queue.Writer.TryComplete());
        var supply = Task.Run(() => Supply(items, work, queue.Writer, free, ended.Token), CancellationToken.None);
        try
        {
            await foreach (var task in queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                accept(await task.ConfigureAwait(false));
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            while (queue.Reader.TryRead(out var task))
            {
                await Task.WhenAny(task).ConfigureAwait(false);
            }
        }

        if (supply.IsFaulted)
        {
            await supply.ConfigureAwait(false);
        }
    }

    private static async Task Supply<TIn, TOut>(
        IEnumerable<TIn> items, Func<TIn, TOut> work, ChannelWriter<Task<TOut>> queue, SemaphoreSlim free, CancellationToken ended)
    {
        try
        {
            foreach (var item in items)
            {
                await free.WaitAsync(ended).ConfigureAwait(false);
                var task = Task.Run(() => Work(work, item, free), CancellationToken.None);
                await queue.WriteAsync(task, ended).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (ended.IsCancellationRequested && e is OperationCanceledException or ChannelClosedException or ObjectDisposedException)
        {
            // The run has ended; what was taken last is dropped, and a resumed run takes it again.
        }
        finally
        {
            queue.TryComplete();
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
