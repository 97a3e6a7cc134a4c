using System.Diagnostics;

namespace PPLCNet.Vision.Server.Models;

/// <summary>A model that is loaded, or on its way; its pool guards it with a lock.</summary>
internal sealed class ModelEntry(ModelKey key, Func<IDisposable> load)
{
    /// <summary>What it is.</summary>
    public ModelKey Key { get; } = key;

    /// <summary>Loads it, for a reload.</summary>
    public Func<IDisposable> Load { get; } = load;

    /// <summary>The predictor, once it is loaded and warm.</summary>
    public required Task<IDisposable> Model { get; init; }

    /// <summary>Whether it is kept for ever.</summary>
    public bool IsPinned { get; set; }

    /// <summary>Requests that use it.</summary>
    public int Leases { get; private set; }

    /// <summary>When it was last used.</summary>
    public long LastUse { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Whether it is freed once nobody uses it.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether it is loaded.</summary>
    public bool IsLoaded => Model.IsCompletedSuccessfully;

    /// <summary>One more user.</summary>
    public void Take() => Leases++;

    /// <summary>One user less.</summary>
    public void Return()
    {
        Leases--;
        LastUse = Stopwatch.GetTimestamp();
    }
}
