using System.Collections.Concurrent;
using System.Diagnostics;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Queueing;

/// <summary>
/// Images in the order in which they came, for as many threads as there are workers. Bounded by places and by megapixels; what
/// finds no place, or waits too long, is refused with the time after which trying again makes sense. Thread-safe.
/// </summary>
/// <remarks>The workers are threads of their own, so that no amount of work keeps health checks from being answered.</remarks>
internal sealed class WorkQueue : IDisposable
{
    private const double Smoothing = 0.1;

    private readonly BlockingCollection<WorkItem> _items = [];
    private readonly PplcnetServerOptions _options;
    private readonly Lock _lock = new();
    private int _waiting;
    private double _waitingMegapixels;
    private double _meanSeconds;

    /// <summary>Starts the workers.</summary>
    public WorkQueue(PplcnetServerOptions options)
    {
        _options = options;
        for (var i = 0; i < options.WorkerCount; i++)
        {
            new Thread(Work) { IsBackground = true, Name = $"pplcnet worker {i}" }.Start();
        }
    }

    /// <summary>Images that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Takes places for several images at once: all of them or none.</summary>
    /// <param name="megapixels">The weight of each image.</param>
    /// <exception cref="RequestException">There are not so many places.</exception>
    public void Reserve(IReadOnlyList<double> megapixels)
    {
        lock (_lock)
        {
            // An empty queue takes whatever a request may bring, or a large batch would be refused for ever.
            var sum = megapixels.Sum();
            if (_waiting > 0 && (_waiting + megapixels.Count > _options.WaitingPlaces || _waitingMegapixels + sum > _options.MaxWaitingMegapixels))
            {
                throw Busy("queue", "The queue is full.");
            }

            _waiting += megapixels.Count;
            _waitingMegapixels += sum;
        }
    }

    /// <summary>Gives back places that were reserved and not used.</summary>
    public void Release(double megapixels)
    {
        lock (_lock)
        {
            _waiting--;
            _waitingMegapixels -= megapixels;
        }
    }

    /// <summary>Runs work on a worker; its place was reserved.</summary>
    /// <param name="megapixels">Its weight, as it was reserved.</param>
    /// <param name="work">Is told how long it waited.</param>
    /// <param name="cancellationToken">Ends the wait and the work.</param>
    /// <exception cref="RequestException">No worker was free in time.</exception>
    public async Task<T> RunAsync<T>(double megapixels, Func<TimeSpan, CancellationToken, T> work, CancellationToken cancellationToken)
    {
        var item = new WorkItem<T>(megapixels, work, cancellationToken);
        _items.Add(item, CancellationToken.None);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var registration = wait.Token.Register(() => GiveUp(item));
        wait.CancelAfter(_options.MaxWait);
        return await item.Answer.ConfigureAwait(false);
    }

    /// <summary>Ends the workers once the queue is empty.</summary>
    public void Dispose() => _items.CompleteAdding();

    private RequestException Busy(string reason, string message) => new(StatusCodes.Status429TooManyRequests, "busy", message)
    {
        RetryAfter = (int)Math.Clamp(Math.Ceiling((_waiting + 1) * _meanSeconds / _options.WorkerCount), 1, 30),
        Data = { ["reason"] = reason },
    };

    private void GiveUp(WorkItem item)
    {
        if (item.TryTake())
        {
            Release(item.Megapixels);
            item.Refuse(item.CancellationToken.IsCancellationRequested
                ? new OperationCanceledException(item.CancellationToken)
                : Busy("wait", $"No worker was free within {_options.MaxWait.TotalSeconds:0.#} s."));
        }
    }

    private void Work()
    {
        foreach (var item in _items.GetConsumingEnumerable())
        {
            if (!item.TryTake())
            {
                continue;
            }

            Release(item.Megapixels);
            var start = Stopwatch.GetTimestamp();
            item.Run();
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            lock (_lock)
            {
                _meanSeconds = _meanSeconds == 0 ? seconds : _meanSeconds + (Smoothing * (seconds - _meanSeconds));
            }
        }
    }
}
