namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>Reader and writer locks as scopes. Hold them only around synchronous code: they belong to a thread.</summary>
internal static class LockScopes
{
    /// <summary>Enters as a reader until disposed.</summary>
    public static Scope Read(this ReaderWriterLockSlim gate)
    {
        gate.EnterReadLock();
        return new Scope(gate, isWriter: false);
    }

    /// <summary>Enters as the writer until disposed.</summary>
    public static Scope Write(this ReaderWriterLockSlim gate)
    {
        gate.EnterWriteLock();
        return new Scope(gate, isWriter: true);
    }

    /// <summary>Leaves the lock when disposed.</summary>
    public readonly ref struct Scope(ReaderWriterLockSlim gate, bool isWriter)
    {
        /// <summary>Leaves the lock.</summary>
        public void Dispose()
        {
            if (isWriter)
            {
                gate.ExitWriteLock();
            }
            else
            {
                gate.ExitReadLock();
            }
        }
    }
}
