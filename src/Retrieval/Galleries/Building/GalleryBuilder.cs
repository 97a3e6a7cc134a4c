using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>
/// Builds and extends galleries from folders, lists and matrices. An image that cannot be read is reported and does not stop
/// the others.
/// </summary>
/// <remarks>
/// Owns the gallery; embedder and detector belong to the caller. One call at a time; each works on several images at once.
/// </remarks>
/// <example><code>
/// using var embedder = Embedder.Load();
/// using var builder = GalleryBuilder.Open("shop.plcg", embedder);
/// var report = await builder.AddFolderAsync("photos");
/// builder.Complete();
/// foreach (var (path, error) in report.Failures) { log.Warn($"{path}: {error.Message}"); }
/// </code></example>
public sealed class GalleryBuilder : IDisposable
{
    private const int VectorsInWrite = 1024;

    private readonly GalleryBuilderOptions _options;
    private readonly Embedder? _embedder;

    private GalleryBuilder(Gallery gallery, Embedder? embedder, GalleryBuilderOptions options)
    {
        Gallery = gallery;
        _embedder = embedder;
        _options = options;
    }

    /// <summary>The gallery.</summary>
    public Gallery Gallery { get; }

    /// <summary>Opens or creates a gallery of images.</summary>
    /// <param name="path">The gallery file.</param>
    /// <param name="embedder">
    /// Makes the vectors. An existing gallery with a whitening (<see cref="GalleryWhitening.Find"/>) needs an embedder with
    /// the same.
    /// </param>
    /// <param name="options">What happens to an existing gallery, detector, workers.</param>
    /// <exception cref="FileNotFoundException">There is no gallery, and the mode is <see cref="GalleryMode.Open"/>.</exception>
    /// <exception cref="IOException">There is one, and the mode is <see cref="GalleryMode.CreateNew"/>; or another writer has
    /// opened it.</exception>
    /// <exception cref="ModelFormatException">Another model made the vectors of the gallery.</exception>
    /// <exception cref="DataFormatException">The gallery is corrupt.</exception>
    public static GalleryBuilder Open(string path, Embedder embedder, GalleryBuilderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        options ??= new GalleryBuilderOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        var header = GalleryOpening.Header(embedder.Dimensions, VectorMetric.Cosine, VectorModel.Of(embedder), options);
        var gallery = GalleryOpening.Open(path, header, options);
        try
        {
            gallery.RequireModel(embedder.Name, embedder.Fingerprint, embedder.Dimensions);
            return new GalleryBuilder(gallery, embedder, options);
        }
        catch
        {
            gallery.Dispose();
            throw;
        }
    }

    /// <summary>Opens or creates a gallery of vectors whose model is unknown.</summary>
    /// <param name="path">The gallery file.</param>
    /// <param name="dimensions">Values in a vector.</param>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="options">What happens to an existing gallery.</param>
    /// <exception cref="ModelFormatException">The gallery has vectors of another length.</exception>
    /// <inheritdoc cref="Open(string, Embedder, GalleryBuilderOptions)"/>
    public static GalleryBuilder Open(
        string path, int dimensions, VectorMetric metric = VectorMetric.Cosine, GalleryBuilderOptions? options = null)
    {
        options ??= new GalleryBuilderOptions();
        var header = GalleryOpening.Header(dimensions, metric, VectorModel.Unknown, options);
        return new GalleryBuilder(GalleryOpening.Open(path, header, options), null, options);
    }

    /// <summary>Whether a builder in this mode continues a gallery that is there, so that its whitening holds.</summary>
    internal static bool Continues(string path, GalleryMode mode) => GalleryOpening.Continues(path, mode);

    /// <summary>Adds the images of a folder and of the folders below it; the name of an image's folder is its label.</summary>
    /// <inheritdoc cref="AddAsync(IEnumerable{LabeledImage}, IProgress{GalleryBuildProgress}, CancellationToken)"/>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Receives each image that is finished.</param>
    /// <param name="cancellationToken">Cancels the run; what is embedded by then is stored.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public Task<GalleryBuildReport> AddFolderAsync(
        string folder, IProgress<GalleryBuildProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var images = new LabeledImageSet();
        images.AddFolder(folder);
        return AddAsync(images.Images, progress, cancellationToken);
    }

    /// <summary>Adds the images of a list of paths and labels.</summary>
    /// <inheritdoc cref="AddAsync(IEnumerable{LabeledImage}, IProgress{GalleryBuildProgress}, CancellationToken)"/>
    /// <param name="list">The list; see <see cref="LabeledImageSet.AddList"/>.</param>
    /// <param name="root">The folder where relative paths start; null takes the folder of the list.</param>
    /// <param name="progress">Receives each image that is finished.</param>
    /// <param name="cancellationToken">Cancels the run; what is embedded by then is stored.</param>
    /// <exception cref="DataFormatException">A line cannot be read, or can be read in two ways.</exception>
    public Task<GalleryBuildReport> AddListAsync(
        string list,
        string? root = null,
        IProgress<GalleryBuildProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var images = new LabeledImageSet();
        images.AddList(list, root);
        return AddAsync(images.Images, progress, cancellationToken);
    }

    /// <summary>
    /// Adds images with labels. Images whose paths are in the gallery are skipped, or embedded again with
    /// <see cref="GalleryBuilderOptions.Update"/>.
    /// </summary>
    /// <param name="images">The images; a file that is named twice is added once.</param>
    /// <param name="progress">Receives each image that is finished.</param>
    /// <param name="cancellationToken">Cancels the run; what is embedded by then is stored.</param>
    /// <exception cref="InvalidOperationException">The builder was opened without an embedder.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<GalleryBuildReport> AddAsync(
        IEnumerable<LabeledImage> images,
        IProgress<GalleryBuildProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var writer = CreateWriter();
        LabeledImage[] all = [.. images.DistinctBy(i => Path.GetFullPath(i.Path), ItemPaths.Comparer)];
        LabeledImage[] wanted = [.. all.Where(i => !writer.IsKnown(i.Path))];
        var failures = new List<GalleryFailure>();
        var done = 0;
        var answers = OrderedPipeline.RunAsync(
            wanted, _options.Workers, (image, stop) => Embed(writer, image, stop), default, cancellationToken);
        try
        {
            await foreach (var (image, vector, error) in answers.ConfigureAwait(false))
            {
                if (error is null)
                {
                    writer.Add(image.Path, image.Label, vector);
                }
                else
                {
                    failures.Add(new GalleryFailure(image.Path, error));
                }

                progress?.Report(new GalleryBuildProgress(++done, wanted.Length, image.Path, error));
            }
        }
        finally
        {
            writer.Flush();
        }

        return new GalleryBuildReport(writer.Stored, all.Length - wanted.Length, failures);
    }

    /// <summary>Adds the rows of a NumPy matrix; a row that cannot be stored, such as one of zeros, is reported.</summary>
    /// <param name="path">The <c>.npy</c> file.</param>
    /// <param name="labelFile">The list of labels, one a row; null takes the file of the same name beside the matrix.</param>
    /// <param name="cancellationToken">Cancels the run; rows that were written stay.</param>
    /// <exception cref="DataFormatException">Matrix or list cannot be read, or they do not belong together.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<GalleryBuildReport> AddMatrixAsync(
        string path, string? labelFile = null, CancellationToken cancellationToken = default)
    {
        using var matrix = LabeledMatrix.Open(path, labelFile);
        return await AddAsync(matrix, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the rows of a matrix; a row that cannot be stored, such as one of zeros, is reported.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; rows that were written stay.</exception>
    internal Task<GalleryBuildReport> AddAsync(LabeledMatrix matrix, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return AddItemsAsync(matrix.Items(Gallery.NextId(), new ItemPaths(Gallery)), cancellationToken);
    }

    /// <summary>Adds a gallery of PP-ShiTu with its ids; an item that cannot be stored is reported.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; items that were written stay.</exception>
    public Task<GalleryBuildReport> AddAsync(ShituGallery gallery, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        return AddItemsAsync(gallery.Items, cancellationToken);
    }

    /// <summary>A writer over the gallery, for callers with a pipeline of their own.</summary>
    /// <exception cref="InvalidOperationException">The builder was opened without an embedder.</exception>
    internal GalleryImageWriter CreateWriter() => new(
        Gallery,
        _embedder ?? throw new InvalidOperationException("Images need a builder that was opened with an embedder."),
        _options);

    /// <summary>Puts a replacement in the place of the old gallery and saves the graph of the index.</summary>
    /// <returns>Whether the gallery has its name: false for a replacement without items, which leaves the old gallery as it
    /// is, and for a new gallery that nothing was written to, of which nothing stays.</returns>
    public bool Complete()
    {
        if (Gallery.IsGivenUp || (!Gallery.IsPublished && Gallery.Count == 0))
        {
            return false;
        }

        Gallery.Publish();
        Gallery.SaveGraph();
        return true;
    }

    /// <summary>
    /// Closes the gallery. A replacement that was not completed waits for <see cref="GalleryMode.ResumeReplacement"/>; a new
    /// gallery that nothing was written to is deleted.
    /// </summary>
    public void Dispose() => Gallery.Dispose();

    private (LabeledImage Image, float[] Vector, Exception? Error) Embed(
        GalleryImageWriter writer, LabeledImage image, CancellationToken cancellationToken)
    {
        try
        {
            return (image, writer.Embed(ImageFile.Read(image.Path, _options.ImageLimits), cancellationToken).Vector, null);
        }
        catch (Exception e) when (e is ImageException or DataFormatException or IOException or UnauthorizedAccessException)
        {
            return (image, [], e);
        }
    }

    private async Task<GalleryBuildReport> AddItemsAsync(IEnumerable<GalleryItem> items, CancellationToken cancellationToken)
    {
        var failures = new List<GalleryFailure>();
        var stored = 0;
        foreach (var batch in items.Chunk(VectorsInWrite))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryAddAsync(batch).ConfigureAwait(false) is null)
            {
                stored += batch.Length;
                continue;
            }

            // One bad row refuses the whole write: find out which, and store the others.
            foreach (var item in batch)
            {
                if (await TryAddAsync([item]).ConfigureAwait(false) is { } error)
                {
                    failures.Add(new GalleryFailure($"{item.Id}", error));
                }
                else
                {
                    stored++;
                }
            }
        }

        return new GalleryBuildReport(stored, 0, failures);
    }

    private async ValueTask<ArgumentException?> TryAddAsync(GalleryItem[] items)
    {
        try
        {
            await Gallery.AddAsync(items, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (ArgumentException e)
        {
            return e;
        }
    }
}
