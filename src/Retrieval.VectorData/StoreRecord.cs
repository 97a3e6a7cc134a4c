using System.Globalization;
using System.Text;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>Items as records of a vector store and back. A store has no place for what is true of a whole collection, so each
/// record names its model,
/// among the metadata.</summary>
internal static class StoreRecord
{
    /// <summary>The field among the metadata that names the model; not the caller's to use.</summary>
    public const string ModelField = "$model";

    /// <summary>The record of an item.</summary>
    /// <exception cref="ArgumentException">The item's metadata use the field of the model.</exception>
    public static Dictionary<string, object?> Of(GalleryItem item, VectorStoreIndexOptions options, VectorModel model)
    {
        if (item.Metadata.ContainsKey(ModelField))
        {
            throw new ArgumentException($"Item {item.Id}: expected metadata without a field '{ModelField}', which names the model in the store.", nameof(item));
        }

        var metadata = model.IsKnown ? new Dictionary<string, MetadataValue>(item.Metadata) { [ModelField] = model.Fingerprint } : item.Metadata;
        var record = new Dictionary<string, object?>
        {
            [VectorStoreIndexOptions.Id] = options.Key(item.Id),
            [VectorStoreIndexOptions.Label] = item.Label,
            [VectorStoreIndexOptions.Metadata] = Encoding.UTF8.GetString(ItemMetadata.ToJson(metadata)),
            [VectorStoreIndexOptions.Vector] = item.Vector,
        };
        foreach (var (field, kind) in options.Fields)
        {
            var value = item.Metadata.TryGetValue(field, out var found) && found.Kind == kind ? found : (MetadataValue?)null;
            record[field] = kind switch
            {
                MetadataKind.Text => value?.AsText,
                MetadataKind.Number => value?.AsNumber,
                _ => value?.AsFlag,
            };
        }

        return record;
    }

    /// <summary>The item of a record that was read with its vector.</summary>
    public static GalleryItem ToItem(Dictionary<string, object?> record, out string fingerprint) =>
        new(IdOf(record), LabelOf(record), QueryVector.Of(record[VectorStoreIndexOptions.Vector]), MetadataOf(record, out fingerprint));

    /// <summary>The id.</summary>
    public static long IdOf(Dictionary<string, object?> record) => Convert.ToInt64(record[VectorStoreIndexOptions.Id], CultureInfo.InvariantCulture);

    /// <summary>The label.</summary>
    public static string LabelOf(Dictionary<string, object?> record) => (string)record[VectorStoreIndexOptions.Label]!;

    /// <summary>The metadata without the model's fingerprint, which is empty where the record names none.</summary>
    public static IReadOnlyDictionary<string, MetadataValue> MetadataOf(Dictionary<string, object?> record, out string fingerprint)
    {
        var metadata = ItemMetadata.FromJson(Encoding.UTF8.GetBytes((string?)record[VectorStoreIndexOptions.Metadata] ?? ""));
        fingerprint = metadata.TryGetValue(ModelField, out var model) ? model.AsText ?? "" : "";
        return fingerprint.Length == 0 ? metadata
            : metadata.Count == 1 ? ItemMetadata.None
            : new Dictionary<string, MetadataValue>(metadata.Where(p => p.Key != ModelField));
    }
}
