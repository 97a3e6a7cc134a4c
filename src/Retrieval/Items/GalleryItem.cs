namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>An item that search can find: an id, its name, its embedding, and facts to filter by. Immutable.</summary>
public sealed class GalleryItem
{
    /// <summary>An item.</summary>
    /// <param name="id">Unique in its gallery, zero or above.</param>
    /// <param name="label">The name of the thing; any text, kept as it is.</param>
    /// <param name="vector">The embedding; not copied, so do not change it afterwards.</param>
    /// <param name="metadata">Facts to filter by; null for none.</param>
    public GalleryItem(long id, string label, ReadOnlyMemory<float> vector, IReadOnlyDictionary<string, MetadataValue>? metadata = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentNullException.ThrowIfNull(label);
        Id = id;
        Label = label;
        Vector = vector;
        Metadata = metadata ?? ItemMetadata.None;
    }

    /// <summary>Unique in its gallery, zero or above.</summary>
    public long Id { get; }

    /// <summary>The name of the thing.</summary>
    public string Label { get; }

    /// <summary>The embedding.</summary>
    public ReadOnlyMemory<float> Vector { get; }

    /// <summary>Facts to filter by; <c>path</c> is the image's path where a gallery was built from files.</summary>
    public IReadOnlyDictionary<string, MetadataValue> Metadata { get; }

    /// <summary>The same item with another vector.</summary>
    public GalleryItem WithVector(ReadOnlyMemory<float> vector) => new(Id, Label, vector, Metadata);
}
