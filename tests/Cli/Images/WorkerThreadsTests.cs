using PPLCNet.Vision.Cli.Images;

namespace PPLCNet.Vision.Tests.Cli.Images;

public sealed class WorkerThreadsTests
{
    [Theory]
    [InlineData("one a core", 0, 64, 4, 64)]
    [InlineData("as many as fit into three quarters", 1, 64, 16, 12)]
    [InlineData("no more than cores", 1, 2, 16, 2)]
    [InlineData("at least one", 8, 4, 4, 1)]
    public void MemoryLimitsTheDefault(string name, long gigabytesAWorker, int cores, long gigabytes, int workers) =>
        Assert.True(workers == WorkerThreads.Default(gigabytesAWorker << 30, cores, gigabytes << 30), name);
}
