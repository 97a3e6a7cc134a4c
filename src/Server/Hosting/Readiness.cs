namespace PPLCNet.Vision.Server.Hosting;

/// <summary>Whether the server should get requests. Thread-safe.</summary>
internal sealed class Readiness
{
    private volatile bool _isWarm;
    private volatile bool _isDraining;

    /// <summary>Whether what was to be preloaded is loaded and warm.</summary>
    public bool IsWarm => _isWarm;

    /// <summary>Whether the server is about to end.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Whether requests are welcome.</summary>
    public bool IsReady => _isWarm && !_isDraining;

    /// <summary>Everything is loaded.</summary>
    public void SetWarm() => _isWarm = true;

    /// <summary>The end has come.</summary>
    public void SetDraining() => _isDraining = true;
}
