using System.Diagnostics.Metrics;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Postgres;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Galleries;

/// <summary>The galleries of the server by name, each opened once, when it is first asked for. Thread-safe.</summary>
internal sealed class GalleryStore(PplcnetServerOptions options, Predictors predictors) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Dictionary<string, GallerySlot> _open = new(StringComparer.Ordinal);

    /// <summary>Whether galleries can be made.</summary>
    public bool CanCreate => options.Galleries is not null;

    /// <summary>Names of all galleries that a caller may use, in ordinal order.</summary>
    public IReadOnlyList<string> Names(CallerRights rights) =>
        [.. Files().Concat(options.PostgresGalleries.Keys).Where(rights.MayUse).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Items of the galleries that are open, for metrics.</summary>
    public IEnumerable<Measurement<long>> Counts()
    {
        lock (_open)
        {
            return [.. _open.Values.Where(s => s.File is not null).Select(s => new Measurement<long>(s.File!.Count, new KeyValuePair<string, object?>("gallery", s.Name)))];
        }
    }

    /// <summary>Uses a gallery; dispose the use at the end of the request.</summary>
    /// <exception cref="RequestException">There is none of this name, or the caller may not use it.</exception>
    public async Task<GalleryUse> UseAsync(string name, CallerRights rights, CancellationToken cancellationToken)
    {
        GalleryNames.Check(name, rights);
        if (Find(name) is { } open)
        {
            return open.TryEnter() ? new GalleryUse(open) : throw GalleryNames.Unknown();
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var slot = Find(name);
            if (slot is null)
            {
                slot = options.PostgresGalleries.TryGetValue(name, out var table)
                    ? await OpenTableAsync(name, table, cancellationToken).ConfigureAwait(false)
                    : await Task.Run(() => OpenFile(name), cancellationToken).ConfigureAwait(false);
                Keep(slot);
            }

            return slot.TryEnter() ? new GalleryUse(slot) : throw GalleryNames.Unknown();
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Makes an empty gallery for the vectors of a model.</summary>
    /// <exception cref="RequestException">It exists, there are too many, or the server keeps none.</exception>
    public async Task<GalleryUse> CreateAsync(
        string name, CallerRights rights, Embedder embedder, GalleryIndexKind index, CancellationToken cancellationToken)
    {
        GalleryNames.Check(name, rights);
        var path = PathOf(name);
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (File.Exists(path) || options.PostgresGalleries.ContainsKey(name))
            {
                throw new RequestException(StatusCodes.Status409Conflict, "gallery", "There is a gallery of this name.");
            }

            if (Files().Count() >= options.MaxGalleries)
            {
                throw new RequestException(StatusCodes.Status409Conflict, "quota", $"The server keeps at most {options.MaxGalleries} galleries.");
            }

            var header = new GalleryHeader
            {
                Dimensions = embedder.Dimensions,
                Index = index,
                Model = embedder.Name,
                ModelFingerprint = embedder.Fingerprint,
            };
            var slot = new GallerySlot(name, Gallery.Create(path, header), isReadOnly: false);
            Keep(slot);
            _ = slot.TryEnter();
            return new GalleryUse(slot);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Deletes a gallery once nobody uses it any longer.</summary>
    /// <exception cref="RequestException">There is none, it is in a database, or another process writes to it.</exception>
    public async Task DeleteAsync(string name, CallerRights rights, CancellationToken cancellationToken)
    {
        using (var use = await UseAsync(name, rights, cancellationToken).ConfigureAwait(false))
        {
            if (use.Slot.File is null || use.Slot.IsReadOnly)
            {
                throw new RequestException(StatusCodes.Status409Conflict, "locked", "The gallery is kept in a database or by another process; it is deleted there.");
            }
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Find(name) is not { } slot)
            {
                throw GalleryNames.Unknown();
            }

            await slot.CloseAsync().ConfigureAwait(false);
            lock (_open)
            {
                _open.Remove(name);
            }

            slot.Dispose();
            var path = PathOf(name);
            foreach (var file in (string[])[path, GraphFile.PathOf(path), GalleryWhitening.PathOf(path), CalibrationFile.PathOf(path)])
            {
                File.Delete(file);
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The embedder whose vectors a gallery holds, with the gallery's whitening.</summary>
    /// <exception cref="RequestException">The server does not have it, or it is another version of it.</exception>
    public async Task<ModelLease<Embedder>> EmbedderAsync(GallerySlot slot, CancellationToken cancellationToken)
    {
        var model = slot.Index.Model.Name is { Length: > 0 } name ? name : Embedder.DefaultModel;
        var whitening = slot.File is { } file ? GalleryWhitening.Find(file.FilePath) : null;
        var lease = await predictors.EmbedderAsync(model, cancellationToken, whitening: whitening, variant: whitening is null ? "" : slot.Name).ConfigureAwait(false);
        try
        {
            slot.Index.Model.Require(slot.Name, VectorModel.Of(lease.Model));
            return lease.Model.Dimensions == slot.Index.Dimensions ? lease : throw new ModelFormatException(slot.Name, "vectors of this model", "others");
        }
        catch (ModelFormatException e)
        {
            lease.Dispose();
            throw new RequestException(StatusCodes.Status409Conflict, "model", "The gallery was made by another model than the one of this name on the server.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_open)
        {
            foreach (var slot in _open.Values)
            {
                slot.Dispose();
            }

            _open.Clear();
        }
    }

    private IEnumerable<string> Files() => options.Galleries is { } folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*" + GalleryNames.Extension).Select(f => Path.GetFileNameWithoutExtension(f)!).Where(GalleryNames.IsValid)
        : [];

    private string PathOf(string name) => options.Galleries is { } folder
        ? Path.Combine(folder, name + GalleryNames.Extension)
        : throw RequestException.NotFound("gallery", "The server keeps no galleries; --galleries names their folder.");

    private GallerySlot? Find(string name)
    {
        lock (_open)
        {
            return _open.GetValueOrDefault(name);
        }
    }

    private void Keep(GallerySlot slot)
    {
        lock (_open)
        {
            _open[slot.Name] = slot;
        }
    }

    private GallerySlot OpenFile(string name)
    {
        var path = options.Galleries is null ? null : PathOf(name);
        if (path is null || !File.Exists(path))
        {
            throw GalleryNames.Unknown();
        }

        try
        {
            return new GallerySlot(name, Gallery.Open(path), isReadOnly: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process writes, or the folder may only be read: searches work all the same.
            return new GallerySlot(name, Gallery.Open(path, new GalleryOptions { ReadOnly = true }), isReadOnly: true);
        }
    }

    private async Task<GallerySlot> OpenTableAsync(string name, string table, CancellationToken cancellationToken)
    {
        using var embedder = await predictors.EmbedderAsync(Embedder.DefaultModel, cancellationToken).ConfigureAwait(false);
        var pg = new PgVectorOptions { Dimensions = embedder.Model.Dimensions, Table = table, Model = VectorModel.Of(embedder.Model) };
        var connection = options.PostgresConnection ?? throw new InvalidOperationException("PPLCNET_POSTGRES is not set.");
        return new GallerySlot(name, await PgVectorIndex.OpenAsync(connection, pg, cancellationToken).ConfigureAwait(false), isReadOnly: false);
    }
}
