using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>One answer of a search.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Label">The item's label.</param>
/// <param name="Score">Similarity to the query, higher is better; see <see cref="VectorMetric"/>.</param>
/// <param name="Metadata">The item's metadata.</param>
public readonly record struct VectorMatch(long Id, string Label, float Score, IReadOnlyDictionary<string, MetadataValue> Metadata);
