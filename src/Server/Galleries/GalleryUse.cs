namespace PPLCNet.Vision.Server.Galleries;

/// <summary>The use of a gallery by a request; while it lasts, the gallery is not closed.</summary>
internal sealed class GalleryUse(GallerySlot slot) : IDisposable
{
    private bool _left;

    /// <summary>The gallery.</summary>
    public GallerySlot Slot { get; } = slot;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _left, true))
        {
            Slot.Leave();
        }
    }
}
