namespace PPLCNet.Vision.Runtime;

/// <summary>
/// Keeps a native session while it has an owner or a run under way: disposing a model while other threads run it is safe, and
/// neither waits for them nor cuts them off. Thread-safe.
/// </summary>
internal sealed class SessionLease(IDisposable session)
{
    private readonly Lock _lock = new();
    private int _owners = 1;
    private int _runs;

    /// <summary>Begins a run.</summary>
    /// <exception cref="ObjectDisposedException">No owner is left.</exception>
    public void Enter(string name)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_owners == 0, name);
            _runs++;
        }
    }

    /// <summary>Ends a run, and the session where it was the last use.</summary>
    public void Leave() => Release(ref _runs);

    /// <summary>Counts one more owner.</summary>
    /// <exception cref="ObjectDisposedException">No owner is left.</exception>
    public void AddOwner(string name)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_owners == 0, name);
            _owners++;
        }
    }

    /// <summary>
    /// Counts one owner less, and ends the session where it was the last use. More calls than owners do nothing.
    /// </summary>
    public void RemoveOwner() => Release(ref _owners);

    private void Release(ref int count)
    {
        lock (_lock)
        {
            if (count == 0)
            {
                return;
            }

            count--;
            if (_owners > 0 || _runs > 0)
            {
                return;
            }
        }

        session.Dispose();
    }
}
