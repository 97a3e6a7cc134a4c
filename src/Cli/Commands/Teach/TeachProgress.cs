using PPLCNet.Vision.Teaching;

namespace PPLCNet.Vision.Cli.Commands.Teach;

/// <summary>Shows how far a head is, a line a stage.</summary>
internal sealed class TeachProgress : IProgress<TeachingProgress>, IDisposable
{
    private readonly Lock _gate = new();
    private ProgressLine? _line;
    private string _stage = "";

    /// <inheritdoc/>
    public void Report(TeachingProgress value)
    {
        lock (_gate)
        {
            if (_stage != value.Stage)
            {
                _line?.Dispose();
                _line = new ProgressLine(value.Stage, value.Total);
                _stage = value.Stage;
            }

            _line!.Step();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _line?.Dispose();
        }
    }
}
