namespace PPLCNet.Vision.Server.Models;

/// <summary>The right to use a loaded model; while it lasts the model is not freed.</summary>
internal sealed class ModelLease<T>(ModelPool pool, ModelEntry entry, T model) : IDisposable
    where T : class, IDisposable
{
    private bool _returned;

    /// <summary>The model.</summary>
    public T Model { get; } = model;

    /// <summary>Name of the model.</summary>
    public string Name => entry.Key.Name;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _returned, true))
        {
            pool.Return(entry);
        }
    }
}
