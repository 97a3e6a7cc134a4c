namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary>Progress of a download on one line of standard error; writes nothing when that is not a terminal.</summary>
internal sealed class ByteProgress(string name, long total) : IProgress<long>, IDisposable
{
    private const int ShowEvery = 100; // ms
    private long _last;

    /// <summary>A size for people.</summary>
    public static string SizeText(long bytes) => bytes >= 1 << 20 ? $"{bytes / 1048576.0:0.0} MiB" : $"{bytes / 1024.0:0} KiB";
    public void Report(long value)
    {
        var now = Environment.TickCount64;
        if (Terminal.IsErrorWatched && now - _last >= ShowEvery)
        {
            _last = now;
            Console.Error.Write($"\r\e[K{name}  {SizeText(value)}{(total > 0 ? $" of {SizeText(total)}" : "")}");
        }
    }
    public void Dispose()
    {
        if (_last > 0)
        {
            Console.Error.Write("\r\e[K");
        }
    }
}
