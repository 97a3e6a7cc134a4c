using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Postgres;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Galleries;

/// <summary>
/// An open gallery: the only object of this server that writes to it. Searches run beside each other and beside a write;
/// writes wait for each other.
/// </summary>
internal sealed class GallerySlot(string name, IVectorIndex index, bool isReadOnly) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _learning = new(1, 1);
    private readonly Lock _lock = new();
    private (string Version, ThresholdCalibration? Learned)? _calibration;
    private TaskCompletionSource? _unused;
    private int _users;

    /// <summary>Name of the gallery.</summary>
    public string Name { get; } = name;

    /// <summary>The items.</summary>
    public IVectorIndex Index { get; } = index;

    /// <summary>The file behind it; null for a database.</summary>
    public Gallery? File => Index as Gallery;

    /// <summary>Whether another process holds its lock.</summary>
    public bool IsReadOnly { get; } = isReadOnly;

    /// <summary>Takes part in using the gallery; false where it is being deleted.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            _users += _unused is null ? 1 : 0;
            return _unused is null;
        }
    }

    /// <summary>Ends what <see cref="TryEnter"/> began.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _unused?.TrySetResult();
            }
        }
    }

    /// <summary>Refuses new users and waits for those that are there.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _unused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_users == 0)
            {
                _unused.TrySetResult();
            }

            return _unused.Task;
        }
    }

    /// <summary>What changes with every write; for a database the number of items, which is all there is to see.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken) => File is { } file
        ? $"{file.State.FileId:N}-{file.State.Sequence}"
        : $"{await Index.CountAsync(cancellationToken).ConfigureAwait(false)}";

    /// <summary>The lowest id above every one in use.</summary>
    public async Task<long> NextIdAsync(CancellationToken cancellationToken) => Index switch
    {
        Gallery gallery => gallery.NextId(),
        PgVectorIndex table => await table.NextIdAsync(cancellationToken).ConfigureAwait(false),
        _ => throw new NotSupportedException($"A gallery in {Index.GetType().Name} gives no ids."),
    };

    /// <summary>Writes, while nobody else does.</summary>
    /// <param name="write">What to do.</param>
    /// <param name="ifMatch">The version that the client expects; null for any.</param>
    /// <param name="cancellationToken">Ends the wait and the write.</param>
    /// <exception cref="RequestException">The gallery cannot be written, or has another version.</exception>
    public async Task<T> WriteAsync<T>(Func<Task<T>> write, string? ifMatch, CancellationToken cancellationToken)
    {
        if (IsReadOnly)
        {
            throw new RequestException(StatusCodes.Status409Conflict, "locked", "Another process has the gallery open for writing.");
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return ifMatch is null || ifMatch.Trim('"') == await VersionAsync(cancellationToken).ConfigureAwait(false)
                ? await write().ConfigureAwait(false)
                : throw new RequestException(StatusCodes.Status412PreconditionFailed, "version", "The gallery has another version by now.");
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What the gallery teaches about unknown things; null where it has fewer than two labels.</summary>
    public async Task<ThresholdCalibration?> CalibrateAsync(CancellationToken cancellationToken)
    {
        await _learning.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var version = await VersionAsync(cancellationToken).ConfigureAwait(false);
            if (_calibration is not { } known || known.Version != version)
            {
                known = (version, await Task.Run(() => LearnAsync(cancellationToken), cancellationToken).ConfigureAwait(false));
                _calibration = known;
            }

            return known.Learned;
        }
        finally
        {
            _learning.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsReadOnly)
        {
            File?.SaveGraph();
        }

        Index.Dispose();
        _writing.Dispose();
        _learning.Dispose();
    }

    private async Task<ThresholdCalibration?> LearnAsync(CancellationToken cancellationToken)
    {
        var labels = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in Index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            labels.Add(item.Label);
            if (labels.Count > 1)
            {
                var options = new CalibrationOptions();
                return File is { } file
                    ? await CalibrationFile.FindOrLearnAsync(file, options, cancellationToken).ConfigureAwait(false)
                    : await ThresholdCalibration.FromAsync(Index, options, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }
}
