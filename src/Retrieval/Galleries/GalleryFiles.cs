using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>Every index can be saved as a gallery file and filled from one, whatever lies behind it.</summary>
internal static class GalleryFiles
{
    private const int Batch = 1024;
    private const int ReadBuffer = 1 << 16;

    /// <summary>Writes the items of an index into a gallery file, whole or not at all.</summary>
    /// <param name="index">Any index.</param>
    /// <param name="path">The file.</param>
    /// <param name="header">Model and kind of index to note; dimensions and metric are taken from the index, and so is the
    /// model where the index knows it and the header names none. The file id is always a new one.</param>
    /// <param name="overwrite">Whether the file may exist; what is there stays until the new file is whole.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left behind.</param>
    /// <exception cref="IOException">The file exists although it must not, or another writer has opened it.</exception>
    /// <exception cref="ArgumentException">An item that a gallery cannot hold.</exception>
    /// <exception cref="ModelFormatException">The header names another model than the index.</exception>
    public static Task SaveAsync(
        IVectorIndex index, string path, GalleryHeader? header = null, bool overwrite = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(index);
        header ??= new GalleryHeader { Dimensions = index.Dimensions };
        index.Model.Require(path, new VectorModel(header.Model, header.ModelFingerprint));
        if (header.ModelFingerprint.Length == 0 && index.Model.IsKnown)
        {
            header = header with { Model = index.Model.Name, ModelFingerprint = index.Model.Fingerprint };
        }

        header = header with
        {
            Dimensions = index.Dimensions,
            Metric = index.Metric,
            FileId = Guid.NewGuid(), // or the graph of another file could be taken for this one's
        };

        // The file is written while items come, so that a large index is never in memory twice; the log itself is written by
        // one thread, in order.
        return Task.Run(
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                using var writer = WriterLock.Take(path);
                Write(path, overwrite, header, index.ItemsAsync(cancellationToken).ToBlockingEnumerable(cancellationToken));
            },
            cancellationToken);
    }

    /// <summary>Adds the items of a gallery file to an index; items of the same id are replaced.</summary>
    /// <exception cref="DataFormatException">The file is not a gallery, or is corrupt.</exception>
    /// <exception cref="ArgumentException">The gallery has another dimension or metric.</exception>
    /// <exception cref="ModelFormatException">Another model made its vectors than those of the index.</exception>
    public static async Task LoadAsync(IVectorIndex index, string path, CancellationToken cancellationToken = default)
    {
        using var gallery = Gallery.Open(path, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
        if (gallery.Dimensions != index.Dimensions || gallery.Metric != index.Metric)
        {
            throw new ArgumentException(
                $"'{path}': expected {index.Dimensions} values under {index.Metric}, found {gallery.Dimensions} under {gallery.Metric}.", nameof(path));
        }

        gallery.Model.Require(path, index.Model);
        if (gallery.Model.IsKnown && index is IModelNote note)
        {
            await note.NoteModelAsync(gallery.Model, cancellationToken).ConfigureAwait(false);
        }

        var batch = new List<GalleryItem>(Batch);
        await foreach (var item in gallery.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(item);
            if (batch.Count == Batch)
            {
                await index.UpdateAsync(batch, cancellationToken).ConfigureAwait(false);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            await index.UpdateAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads a whole file and checks every checksum.</summary>
    /// <exception cref="DataFormatException">The file is corrupt; the message says where.</exception>
    public static void Check(string path)
    {
        using var stream = InputFile.OpenRead(path, ReadBuffer);
        using var log = GalleryLog.Open(stream, path, isWriter: false, NothingReader.Instance);
    }

    /// <summary>Writes a file; the caller holds its lock.</summary>
    internal static void Write(string path, bool overwrite, GalleryHeader header, IEnumerable<GalleryItem> items) =>
        AtomicFile.Write(path, overwrite, stream => GalleryLog.Create(stream, path, header).Put(items));
}
