using System.Diagnostics;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Telemetry;

namespace PPLCNet.Vision.Server.Models;

/// <summary>
/// Loaded models. Each is loaded once, on a thread of its own, so that those who use other models do not wait; the least
/// recently used goes where there are too many. Thread-safe.
/// </summary>
internal sealed class ModelPool(PplcnetServerOptions options, ServerMetrics metrics) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ModelKey, ModelEntry> _entries = [];
    private bool _disposed;

    /// <summary>The models that are loaded.</summary>
    public IReadOnlyList<ModelKey> Loaded
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries.Values.Where(e => e.IsLoaded).Select(e => e.Key)];
            }
        }
    }

    /// <summary>A model, loaded where it is not yet.</summary>
    /// <param name="key">What it is.</param>
    /// <param name="load">Loads it and warms it up; called on a thread of its own.</param>
    /// <param name="pin">Whether to keep it for ever.</param>
    /// <param name="cancellationToken">Ends the wait, not the loading.</param>
    public async Task<ModelLease<T>> LeaseAsync<T>(ModelKey key, Func<T> load, bool pin, CancellationToken cancellationToken)
        where T : class, IDisposable
    {
        ModelEntry entry;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_entries.TryGetValue(key, out entry!))
            {
                _entries[key] = entry = Start(key, load);
            }

            entry.IsPinned |= pin;
            entry.Take();
        }

        try
        {
            var model = await entry.Model.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new ModelLease<T>(this, entry, (T)model);
        }
        catch
        {
            Return(entry);
            throw;
        }
    }

    /// <summary>Loads models of a name anew; those who use the old ones finish with them.</summary>
    /// <returns>How many were loaded anew.</returns>
    public async Task<int> ReloadAsync(string name)
    {
        ModelEntry[] old;
        lock (_lock)
        {
            old = [.. _entries.Values.Where(e => e.Key.Name == name)];
        }

        foreach (var entry in old)
        {
            var fresh = Start(entry.Key, entry.Load);
            fresh.IsPinned = entry.IsPinned;
            await fresh.Model.ConfigureAwait(false);
            lock (_lock)
            {
                _entries[entry.Key] = fresh;
                Retire(entry);
            }
        }

        return old.Length;
    }

    /// <summary>Gives back what <see cref="LeaseAsync"/> gave.</summary>
    public void Return(ModelEntry entry)
    {
        lock (_lock)
        {
            entry.Return();
            if (entry.Model.IsFaulted && _entries.GetValueOrDefault(entry.Key) == entry)
            {
                _entries.Remove(entry.Key); // so that the next request tries again
            }

            if (entry.IsRetired)
            {
                Retire(entry);
            }

            while (_entries.Count > options.MaxModels && Oldest() is { } oldest)
            {
                _entries.Remove(oldest.Key);
                Retire(oldest);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var entry in _entries.Values)
            {
                Retire(entry);
            }

            _entries.Clear();
        }
    }

    private ModelEntry? Oldest() =>
        _entries.Values.Where(e => e is { Leases: 0, IsPinned: false, IsLoaded: true }).MinBy(e => e.LastUse);

    private static void Retire(ModelEntry entry)
    {
        entry.IsRetired = true;
        if (entry.Leases == 0 && entry.IsLoaded)
        {
            entry.Model.Result.Dispose();
        }
    }

    private ModelEntry Start(ModelKey key, Func<IDisposable> load) => new(key, load)
    {
        Model = Task.Factory.StartNew(
            () =>
            {
                var start = Stopwatch.GetTimestamp();
                var model = load();
                metrics.ModelLoaded(key, Stopwatch.GetElapsedTime(start));
                return model;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default),
    };
}
