using Microsoft.Extensions.VectorData;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using Functions = Microsoft.Extensions.VectorData.DistanceFunction;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>How items lie in somebody else's vector store.</summary>
public sealed record VectorStoreIndexOptions
{
    /// <summary>The property of the key, of the label, of all metadata as JSON, and of the vector.</summary>
    public const string Id = "Id", Label = "Label", Metadata = "Metadata", Vector = "Vector";

    /// <summary>Values in a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How vectors are compared.</summary>
    public VectorMetric Metric { get; init; } = VectorMetric.Cosine;

    /// <summary>Which model makes the vectors: noted with each record, and compared with what records say. Use
    /// <see cref="VectorModel.Of"/>.</summary>
    public VectorModel Model { get; init; } = VectorModel.Unknown;

    /// <summary>What the store computes, one of <see cref="Microsoft.Extensions.VectorData.DistanceFunction"/> that fits
    /// <see cref="Metric"/>; null for cosine
    /// similarity, dot product similarity or Euclidean distance. Opening asks the store, which refuses what it does not
    /// have.</summary>
    public string? DistanceFunction { get; init; }

    /// <summary>
    /// The store's type of keys: <see cref="long"/>, <see cref="ulong"/>, <see cref="int"/> or <see cref="string"/> (the id
    /// in digits).
    /// </summary>
    public Type KeyType { get; init; } = typeof(long);

    /// <summary>Metadata fields that filters use, with their kinds: they become properties of their own, which the store can
    /// index. Other fields are kept, but cannot be filtered by.</summary>
    public IReadOnlyDictionary<string, MetadataKind> Fields { get; init; } = new Dictionary<string, MetadataKind>();

    /// <summary>
    /// The store's kind of index, one of <see cref="Microsoft.Extensions.VectorData.IndexKind"/>; null for its own choice.
    /// </summary>
    public string? IndexKind { get; init; }

    /// <summary>
    /// The definition to open the collection with: <c>store.GetDynamicCollection(name, options.Definition())</c>.
    /// </summary>
    public VectorStoreCollectionDefinition Definition()
    {
        var definition = new VectorStoreCollectionDefinition
        {
            Properties =
            [
                new VectorStoreKeyProperty(Id, KeyType),
                new VectorStoreDataProperty(Label, typeof(string)) { IsIndexed = true },
                new VectorStoreDataProperty(Metadata, typeof(string)),
                new VectorStoreVectorProperty(Vector, typeof(ReadOnlyMemory<float>), Dimensions)
                {
                    IndexKind = IndexKind,
                    DistanceFunction = Distance,
                },
            ],
        };
        foreach (var (field, kind) in Fields)
        {
            definition.Properties.Add(new VectorStoreDataProperty(field, Type(kind)) { IsIndexed = true });
        }

        return definition;
    }

    /// <summary>What the store computes.</summary>
    internal string Distance => DistanceFunction ?? Metric switch
    {
        VectorMetric.L2 => Functions.EuclideanDistance,
        VectorMetric.InnerProduct => Functions.DotProductSimilarity,
        _ => Functions.CosineSimilarity,
    };

    /// <summary>A score of ours, higher being better, from what the store computed.</summary>
    /// <exception cref="ArgumentException">The function does not fit the metric.</exception>
    internal float Score(double native) => (float)((Metric, Distance) switch
    {
        (VectorMetric.L2, Functions.EuclideanDistance) => 1 - (native * native / 2),
        (VectorMetric.L2, Functions.EuclideanSquaredDistance) => 1 - (native / 2),
        (VectorMetric.Cosine, Functions.CosineSimilarity) => native,
        (VectorMetric.Cosine, Functions.CosineDistance) => 1 - native,
        (VectorMetric.InnerProduct or VectorMetric.Cosine, Functions.DotProductSimilarity) => native,
        (VectorMetric.InnerProduct or VectorMetric.Cosine, Functions.NegativeDotProductSimilarity) => -native,
        _ => throw new ArgumentException($"Expected a distance function that fits {Metric}, found {Distance}."),
    });

    internal object Key(long id) =>
        KeyType == typeof(long) ? id
        : KeyType == typeof(ulong) ? (ulong)id
        : KeyType == typeof(int) ? checked((int)id)
        : KeyType == typeof(string) ? id.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : throw new ArgumentException($"Expected a key of long, ulong, int or string, found {KeyType}.");

    internal static Type Type(MetadataKind kind) => kind switch
    {
        MetadataKind.Text => typeof(string),
        MetadataKind.Number => typeof(double?),
        _ => typeof(bool?),
    };
}
