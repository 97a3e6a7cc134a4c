namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>Shorter ways to ask an index.</summary>
public static class VectorIndexExtensions
{
    /// <summary>The best matches of one query.</summary>
    /// <exception cref="ArgumentException">As <see cref="IVectorIndex.SearchAsync"/>.</exception>
    public static async ValueTask<IReadOnlyList<VectorMatch>> SearchAsync(
        this IVectorIndex index, ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        (await index.SearchAsync([query], options, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The best matches of each query; in memory the call does not block, with a database it does.</summary>
    /// <exception cref="ArgumentException">As <see cref="IVectorIndex.SearchAsync"/>.</exception>
    public static IReadOnlyList<IReadOnlyList<VectorMatch>> Search(
        this IVectorIndex index, IReadOnlyList<ReadOnlyMemory<float>> queries, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        var search = index.SearchAsync(queries, options, cancellationToken);
        return search.IsCompletedSuccessfully ? search.Result : search.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>The best matches of one query; in memory the call does not block, with a database it does.</summary>
    /// <exception cref="ArgumentException">As <see cref="IVectorIndex.SearchAsync"/>.</exception>
    public static IReadOnlyList<VectorMatch> Search(
        this IVectorIndex index, ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        index.Search([query], options, cancellationToken)[0];
}
