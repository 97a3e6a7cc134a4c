namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary>Progress of a download on one line of standard error; writes nothing when that is not a terminal.</summary>
internal sealed class ByteProgress(string name, long total) : IProgress<long>, IDisposable
{
    private const int ShowEvery = 100; // ms
    private long _last;

    /// <inheritdoc/>
    public void Report(long value)
    {
        var now = Environment.TickCount64;
        if (Terminal.IsErrorWatched && now - _last >= ShowEvery)
        {
            _last = now;
            Console.Error.Write($"\r\e[K{name}  {ModelFiles.SizeText(value)}{(total > 0 ? $" of {ModelFiles.SizeText(total)}" : "")}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_last > 0)
        {
            Console.Error.Write("\r\e[K");
        }
    }
}
