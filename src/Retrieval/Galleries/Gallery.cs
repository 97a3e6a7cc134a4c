using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>
/// Items in one file, with an index over them in memory. A write returns when it is on disk; a process killed at any moment
/// loses nothing that it was told is stored.
/// </summary>
/// <remarks>
/// Thread-safe as <see cref="IVectorIndex"/> says. One writer a file, among all processes; any number of readers, each seeing
/// the gallery as it was when it was opened. The format is described in docs/search.md.
/// </remarks>
public sealed class Gallery : IVectorIndex
{
    private const int ReadBuffer = 1 << 16;

    private readonly Lock _writing = new();
    private readonly IMemoryIndex _index;
    private readonly WriterLock? _lock;
    private GalleryLog _log;
    private bool _isUnpublished;
    private bool _isGivenUpEmpty;

    private Gallery(string path, GalleryLog log, IMemoryIndex index, WriterLock? writer)
    {
        FilePath = path;
        _log = log;
        _index = index;
        _lock = writer;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Whether the gallery has its name: false for a replacement until <see cref="Publish"/>.</summary>
    public bool IsPublished => !_isUnpublished;

    /// <summary>Whether closing the gallery deletes it: a new one of a builder, or a replacement, that nothing was written to.</summary>
    internal bool IsGivenUp => (_isUnpublished || _isGivenUpEmpty) && _log.Sequence == 0;

    /// <summary>What the file says about itself.</summary>
    internal GalleryHeader Header => _log.Header;

    /// <inheritdoc/>
    public int Dimensions => _index.Dimensions;

    /// <inheritdoc/>
    public VectorMetric Metric => _index.Metric;

    /// <inheritdoc/>
    public VectorModel Model => new(Header.Model, Header.ModelFingerprint);

    /// <summary>How many items there are.</summary>
    public int Count => _index.Count;

    /// <summary>Bytes of the file.</summary>
    public long FileBytes => _log.Length;

    /// <summary>
    /// Bytes that a compaction would leave, about: what removed and replaced items take is the difference to
    /// <see cref="FileBytes"/>.
    /// </summary>
    public long LiveBytes => Items().Sum(i => 16L + (i.Vector.Length * sizeof(float)) + i.Label.Length + ItemMetadata.ToJson(i.Metadata).Length);

    /// <summary>Bytes that the index holds in memory.</summary>
    internal long MemoryBytes => _index.Bytes;

    /// <summary>Which state of the file is open.</summary>
    internal GalleryState State
    {
        get
        {
            lock (_writing)
            {
                return new GalleryState(Header.FileId, _log.Sequence, _log.Length, _log.LastChecksum);
            }
        }
    }

    /// <summary>The index in memory, for settings of its own.</summary>
    public IVectorIndex Index => _index;

    /// <summary>Creates an empty gallery and opens it for writing.</summary>
    /// <exception cref="IOException">The file exists, or another writer has opened it.</exception>
    internal static Gallery Create(string path, GalleryHeader header, GalleryOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(header.Dimensions, 1, nameof(header));
        var writer = Lock(path);
        try
        {
            AtomicFile.Write(path, overwrite: false, stream => GalleryLog.Create(stream, path, header));
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        return OpenLocked(path, path, options ?? new GalleryOptions(), writer);
    }

    /// <summary>Creates a gallery that closing deletes again where nothing was written to it.</summary>
    internal static Gallery CreateUnlessEmpty(string path, GalleryHeader header)
    {
        var gallery = Create(path, header);
        gallery._isGivenUpEmpty = true;
        return gallery;
    }

    /// <summary>
    /// Creates a gallery that will replace another. It is written beside it (<see cref="ReplacementPath"/>) and moved onto it by
    /// <see cref="Publish"/>; until then the old one stays as it is, for readers and after a fault. The lock of the name is
    /// held all the time.
    /// </summary>
    /// <param name="path">The name that the gallery is to have; nothing need be there.</param>
    /// <param name="header">What the new gallery says about itself.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="resume">Whether to continue with what an earlier replacement left unpublished, where there is such a
    /// file; its own header holds.</param>
    /// <exception cref="IOException">Another writer has opened the gallery.</exception>
    internal static Gallery Replace(string path, GalleryHeader header, GalleryOptions? options = null, bool resume = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(header.Dimensions, 1, nameof(header));
        var beside = ReplacementPath(path);
        var writer = Lock(path);
        try
        {
            if (!resume || !File.Exists(beside))
            {
                AtomicFile.Write(beside, overwrite: true, stream => GalleryLog.Create(stream, beside, header));
            }
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        var gallery = OpenLocked(beside, path, options ?? new GalleryOptions(), writer);
        gallery._isUnpublished = true;
        return gallery;
    }

    /// <summary>Where <see cref="Replace"/> writes until it is published.</summary>
    public static string ReplacementPath(string path) => path + ".new";

    /// <summary>Opens a gallery.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="DataFormatException">The file is not a gallery, has a newer version, or is truncated or
    /// corrupt.</exception>
    /// <exception cref="IOException">Another writer has opened it.</exception>
    public static Gallery Open(string path, GalleryOptions? options = null)
    {
        options ??= new GalleryOptions();
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"'{path}': there is no gallery of this name.", path);
        }

        return OpenLocked(path, path, options, options.ReadOnly ? null : Lock(path));
    }

    /// <summary>
    /// Refuses a gallery whose vectors another model made; a gallery that does not name its model is accepted unchecked.
    /// </summary>
    /// <exception cref="ModelFormatException">Another model, or another dimension.</exception>
    public void RequireModel(string model, string fingerprint, int dimension)
    {
        if (dimension != Dimensions)
        {
            throw new ModelFormatException(FilePath, $"vectors of {dimension} values, as '{model}' makes", $"vectors of {Dimensions}");
        }

        Model.Require(FilePath, new VectorModel(model, fingerprint));
    }

    /// <summary>Whether an item has this id.</summary>
    public bool Contains(long id) => _index.Contains(id);

    /// <summary>The lowest id above every one in use.</summary>
    /// <exception cref="InvalidOperationException">The highest id there is, <see cref="long.MaxValue"/>, is in use.</exception>
    public long NextId() => _index.NextId();

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken = default) => _index.CountAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The gallery was opened for reading only.</exception>
    public ValueTask AddAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => Put(items, isNew: true, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The gallery was opened for reading only.</exception>
    public ValueTask UpdateAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => Put(items, isNew: false, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The gallery was opened for reading only.</exception>
    public ValueTask<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default)
    {
        lock (_writing)
        {
            ThrowIfReadOnly();
            cancellationToken.ThrowIfCancellationRequested();
            long[] known = [.. ids.Where(_index.Contains).Distinct()];
            _log.Remove(known);
            return _index.RemoveAsync(known, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public ValueTask<GalleryItem?> GetAsync(long id, CancellationToken cancellationToken = default) => _index.GetAsync(id, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<GalleryItem> ItemsAsync(CancellationToken cancellationToken = default) => _index.ItemsAsync(cancellationToken);

    /// <summary>Every item, in ascending order of id.</summary>
    public IEnumerable<GalleryItem> Items() => _index.ItemsAsync().ToBlockingEnumerable();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IReadOnlyList<VectorMatch>>> SearchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _index.SearchAsync(queries, options, cancellationToken);

    /// <summary>
    /// Writes the file anew without what removed and replaced items took; searches go on meanwhile. The old file stays until
    /// the new one is whole.
    /// </summary>
    /// <exception cref="InvalidOperationException">The gallery was opened for reading only.</exception>
    public void Compact() => Compact(null);

    /// <summary>
    /// Compacts under a new header (another index, another model name) or null to keep it; dimension and metric stay.
    /// </summary>
    internal void Compact(GalleryHeader? header)
    {
        lock (_writing)
        {
            ThrowIfReadOnly();
            header = (header ?? Header) with { Dimensions = Dimensions, Metric = Metric, FileId = Guid.NewGuid() };
            var path = _isUnpublished ? ReplacementPath(FilePath) : FilePath;
            GalleryFiles.Write(path, overwrite: true, header, Items());
            _log.Dispose();
            _log = GalleryLog.Open(OpenFile(path, readOnly: false), path, isWriter: true, NothingReader.Instance);
        }
    }

    /// <summary>
    /// Moves a replacement onto the gallery that it replaces, whose graph and whitening go with it; does nothing for a
    /// gallery that is no replacement.
    /// </summary>
    /// <exception cref="IOException">The disk cannot be written to; the old gallery is unchanged.</exception>
    public void Publish()
    {
        lock (_writing)
        {
            if (_isUnpublished)
            {
                AtomicFile.Move(ReplacementPath(FilePath), FilePath, overwrite: true);
                _isUnpublished = false;
                File.Delete(GraphFile.PathOf(FilePath));
                File.Delete(GalleryWhitening.PathOf(FilePath));
            }
        }
    }

    /// <summary>
    /// Keeps what the index needs to open quickly (the graph of an HNSW index) beside the file; nothing for flat indexes.
    /// </summary>
    public void SaveGraph()
    {
        lock (_writing)
        {
            if (_index is HnswIndex hnsw && !_isUnpublished)
            {
                GraphFile.Write(GraphFile.PathOf(FilePath), new GraphMark(Header.FileId, _log.Sequence, _log.LastChecksum), hnsw);
            }
        }
    }

    /// <summary>
    /// Closes the gallery. A replacement that was not published stays beside the old gallery where it holds items.
    /// </summary>
    public void Dispose()
    {
        lock (_writing)
        {
            _log.Dispose();
            if (IsGivenUp)
            {
                File.Delete(_isUnpublished ? ReplacementPath(FilePath) : FilePath);
            }

            _index.Dispose();
            _lock?.Dispose();
        }
    }

    private static WriterLock Lock(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var writer = WriterLock.Take(path);

        // Whoever wrote these held the lock, and is gone.
        AtomicFile.DeleteLeftovers(path);
        AtomicFile.DeleteLeftovers(ReplacementPath(path));
        AtomicFile.DeleteLeftovers(GraphFile.PathOf(path));
        return writer;
    }

    private static Gallery OpenLocked(string file, string path, GalleryOptions options, WriterLock? writer)
    {
        FileStream? stream = null;
        MemoryIndexLoader? loader = null;
        try
        {
            stream = OpenFile(file, writer is null);
            loader = new MemoryIndexLoader(file, options);
            var log = GalleryLog.Open(stream, file, writer is not null, loader);
            return new Gallery(path, log, loader.Finish(), writer);
        }
        catch
        {
            loader?.Dispose();
            stream?.Dispose();
            writer?.Dispose();
            throw;
        }
    }

    private static FileStream OpenFile(string path, bool readOnly) =>
        readOnly ? InputFile.OpenRead(path, ReadBuffer) : InputFile.OpenReadWrite(path);

    private ValueTask Put(IReadOnlyList<GalleryItem> items, bool isNew, CancellationToken cancellationToken)
    {
        var ready = VectorCheck.Items(items, Dimensions, Metric);
        lock (_writing)
        {
            ThrowIfReadOnly();
            cancellationToken.ThrowIfCancellationRequested();
            if (isNew && ready.FirstOrDefault(i => _index.Contains(i.Id)) is { } known)
            {
                throw VectorCheck.Duplicate(known.Id);
            }

            _log.Put(ready);
            _index.Put(ready);
        }

        return ValueTask.CompletedTask;
    }

    private void ThrowIfReadOnly()
    {
        if (_lock is null)
        {
            throw new InvalidOperationException($"'{FilePath}': the gallery was opened for reading only.");
        }
    }
}
