using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>
/// Finds the items nearest to a vector. In memory (<see cref="FlatIndex"/>), in a file, or in a database: the same calls, the
/// same answers.
/// </summary>
/// <remarks>
/// Thread-safe: any number of searches run at once, writers wait for each other, and a search sees every write whole or not
/// at all. In-memory indexes complete synchronously. Matches come best first; equal scores come in ascending order of id.
/// Every write is all or nothing: where one item is refused, none is stored.
/// </remarks>
public interface IVectorIndex : IDisposable
{
    /// <summary>Values in a vector.</summary>
    int Dimensions { get; }

    /// <summary>How vectors are compared.</summary>
    VectorMetric Metric { get; }

    /// <summary>Which model made the vectors; <see cref="VectorModel.Unknown"/> where that is unknown.</summary>
    VectorModel Model => VectorModel.Unknown;

    /// <summary>How many items there are.</summary>
    ValueTask<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds new items.</summary>
    /// <exception cref="ArgumentException">A vector of the wrong length, with a value that is not finite or (cosine) of
    /// length zero; an id that is there already or occurs twice.</exception>
    ValueTask AddAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default);

    /// <summary>Stores items whether or not their ids already exist: label, metadata and vector are replaced.</summary>
    /// <exception cref="ArgumentException">As <see cref="AddAsync"/>, but ids may exist.</exception>
    ValueTask UpdateAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default);

    /// <summary>Removes items; ids that are not there are skipped.</summary>
    /// <returns>How many were there.</returns>
    ValueTask<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default);

    /// <summary>
    /// The item with this id, or null. Under <see cref="VectorMetric.Cosine"/> its vector is the normalized one.
    /// </summary>
    ValueTask<GalleryItem?> GetAsync(long id, CancellationToken cancellationToken = default);

    /// <summary>Every item, in ascending order of id.</summary>
    IAsyncEnumerable<GalleryItem> ItemsAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The best matches of each query, in the order of the queries. Many queries at once are much faster than one after
    /// another.
    /// </summary>
    /// <exception cref="ArgumentException">A query has the wrong length, a value that is not finite, or (cosine) length zero;
    /// or K is below 1.</exception>
    ValueTask<IReadOnlyList<IReadOnlyList<VectorMatch>>> SearchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries, SearchOptions? options = null, CancellationToken cancellationToken = default);
}
