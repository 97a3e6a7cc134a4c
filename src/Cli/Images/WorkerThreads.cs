namespace PPLCNet.Vision.Cli.Images;

/// <summary>Threads for the workers of a run.</summary>
internal static class WorkerThreads
{
    /// <summary>
    /// Lets the pool start that many threads at once; it would add those beyond the cores one by one, half a second apart.
    /// </summary>
    public static void Reserve(int workers)
    {
        ThreadPool.GetMinThreads(out var threads, out var io);
        ThreadPool.SetMinThreads(Math.Max(threads, workers + 2), io);
    }

    /// <summary>One worker a core, but no more than the memory of this machine or container holds.</summary>
    /// <param name="bytesAWorker">Most memory that one takes; 0 where it is small.</param>
    public static int Default(long bytesAWorker) =>
        Default(bytesAWorker, Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The rule with its numbers; a quarter of the memory stays for everything else.</summary>
    internal static int Default(long bytesAWorker, int cores, long memory) =>
        bytesAWorker <= 0 ? cores : (int)Math.Clamp(memory / 4 * 3 / bytesAWorker, 1, cores);
}
