using System.Diagnostics;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>One line on standard error that tells how far a run is; nothing at all where standard error is no terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 24;
    private static readonly Lock _gate = new();
    private static bool _shown;

    private readonly int? _total;
    private readonly string _what;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _lastDrawn;
    private int _done;

    /// <summary>Starts a line; <paramref name="total"/> is null where the number of items is not known.</summary>
    public ProgressLine(string what, int? total)
    {
        _what = what;
        _total = total;
    }

    /// <summary>Counts one finished item.</summary>
    public void Step()
    {
        _done++;
        if (!Terminal.IsErrorWatched || (_total ?? int.MaxValue) < 2)
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        if (_lastDrawn == 0 || Stopwatch.GetElapsedTime(_lastDrawn, now).TotalMilliseconds >= 80)
        {
            _lastDrawn = now;
            Draw(Stopwatch.GetElapsedTime(_start, now));
        }
    }

    /// <summary>Takes the line away, so that other text can be written.</summary>
    public static void Erase()
    {
        lock (_gate)
        {
            if (_shown)
            {
                Console.Error.Write("\r\e[K");
                _shown = false;
            }
        }
    }
    public void Dispose() => Erase();

    private void Draw(TimeSpan elapsed)
    {
        var rate = _done / Math.Max(elapsed.TotalSeconds, 1e-3);
        var text = $"{_what}  {_done}";
        if (_total is { } total)
        {
            var filled = Math.Clamp(BarWidth * _done / Math.Max(total, 1), 0, BarWidth);
            var left = TimeSpan.FromSeconds((total - _done) / Math.Max(rate, 1e-3));
            text = $"{_what}  {new string('━', filled)}{new string('╌', BarWidth - filled)}  {_done}/{total}  {rate:0.0}/s  {left:mm\\:ss} left";
        }
        else
        {
            text += $"  {rate:0.0}/s";
        }

        lock (_gate)
        {
            Console.Error.Write($"\r\e[K{text}");
            _shown = true;
        }
    }
}
