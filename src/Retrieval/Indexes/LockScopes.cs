namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>
/// Reader and writer locks as scopes. Hold them only around synchronous code: they belong to a thread. A reader may read
/// again, as a filter does that asks its own index; a second lock would wait for a writer that waits for the first.
/// </summary>
internal static class LockScopes
{
    // What another thread holds and this one reads under, as the workers of a search do.
    [ThreadStatic]
    private static ReaderWriterLockSlim? _shared;

    /// <summary>Enters as a reader until disposed.</summary>
    public static Scope Read(this ReaderWriterLockSlim gate)
    {
        if (IsReading(gate))
        {
            return default;
        }

        gate.EnterReadLock();
        return new Scope(gate, isWriter: false);
    }

    /// <summary>Enters as the writer until disposed.</summary>
    /// <exception cref="InvalidOperationException">This thread is reading: a filter must not write to the index that asks
    /// it.</exception>
    public static Scope Write(this ReaderWriterLockSlim gate)
    {
        if (IsReading(gate))
        {
            throw new InvalidOperationException("A filter may read the index that asks it, but not write to it.");
        }

        gate.EnterWriteLock();
        return new Scope(gate, isWriter: true);
    }

    /// <summary>Reads under the lock that the thread holds which waits for this one, until disposed.</summary>
    public static Shared ShareRead(this ReaderWriterLockSlim gate)
    {
        var outer = _shared;
        _shared = gate;
        return new Shared(outer);
    }

    private static bool IsReading(ReaderWriterLockSlim gate) => gate.IsReadLockHeld || ReferenceEquals(_shared, gate);

    /// <summary>Leaves the lock when disposed; does nothing where none was taken.</summary>
    public readonly ref struct Scope(ReaderWriterLockSlim? gate, bool isWriter)
    {
        /// <summary>Leaves the lock.</summary>
        public void Dispose()
        {
            if (isWriter)
            {
                gate?.ExitWriteLock();
            }
            else
            {
                gate?.ExitReadLock();
            }
        }
    }

    /// <summary>Ends a thread's reading under another's lock.</summary>
    public readonly ref struct Shared(ReaderWriterLockSlim? outer)
    {
        /// <summary>Ends it.</summary>
        public void Dispose() => _shared = outer;
    }
}
