namespace PPLCNet.Vision.Cli.Images;

/// <summary>Threads for the workers of a run.</summary>
internal static class WorkerThreads
{
    /// <summary>Lets the pool start that many threads at once; it would add those beyond the cores one by one, half a second apart.</summary>
    public static void Reserve(int workers)
    {
        ThreadPool.GetMinThreads(out var threads, out var io);
        ThreadPool.SetMinThreads(Math.Max(threads, workers + 2), io);
    }
}
