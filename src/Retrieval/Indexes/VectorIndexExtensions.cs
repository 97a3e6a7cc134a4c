using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>Shorter ways to ask an index, and gallery files for any index.</summary>
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

    /// <summary>Writes the items of an index into a gallery file, whole or not at all.</summary>
    /// <param name="index">Any index.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether the file may exist; what is there stays until the new file is whole.</param>
    /// <param name="cancellationToken">Cancels the call; nothing is left behind.</param>
    /// <exception cref="IOException">The file exists although it must not, or another writer has opened it.</exception>
    /// <exception cref="ArgumentException">An item that a gallery cannot hold.</exception>
    public static Task SaveAsync(
        this IVectorIndex index, string path, bool overwrite = false, CancellationToken cancellationToken = default) =>
        GalleryFiles.SaveAsync(index, path, null, overwrite, cancellationToken);

    /// <summary>Adds the items of a gallery file to an index; items of the same id are replaced.</summary>
    /// <exception cref="DataFormatException">The file is not a gallery, or is corrupt.</exception>
    /// <exception cref="ArgumentException">The gallery has another dimension or metric.</exception>
    /// <exception cref="ModelFormatException">Another model made its vectors than those of the index.</exception>
    public static Task LoadAsync(this IVectorIndex index, string path, CancellationToken cancellationToken = default) =>
        GalleryFiles.LoadAsync(index, path, cancellationToken);
}
